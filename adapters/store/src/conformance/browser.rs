//! A web site and its visitors, over a store: whole requests through the driver.

use core::convert::Infallible;
use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Active, Begin, Config, Ending, Freshness, Key, KeyRing, Outcome, Sessions, Slot, StoreKey,
    Stored, Timestamp,
};

use super::fixture::mix;
use super::report::{Finding, wrong};
use crate::contract::{Loaded, Store};
use crate::driver::{NoPause, close, open};

/// How old an id may grow before it is renewed.
pub(super) const RENEW: Duration = Duration::from_secs(60 * 60);

/// An open exchange with memory of its own.
pub(super) type Visit = Active<Box<Slot>>;

pub(super) struct Site {
    sessions: Sessions<Stored>,
    draws: Draws,
}

/// What a visitor gets.
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    /// The store's error was handed on.
    pub(super) has_cause: bool,
    pub(super) cookie: SetCookie,
}

/// The cookie of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum SetCookie {
    None,
    Set(String),
    Removed,
}

impl SetCookie {
    /// What it does, whatever its value.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Set(_) => "set",
            Self::Removed => "removed",
        }
    }
}

/// An open session, as the next request sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Seen {
    pub(super) handle: StoreKey,
    pub(super) principal: Option<String>,
    /// What the session was made with.
    pub(super) base: bool,
    /// What the exchange under test wrote.
    pub(super) own: bool,
    /// What another exchange wrote meanwhile.
    pub(super) rival: bool,
}

impl Site {
    pub(super) fn new() -> Result<Self, Finding> {
        let config = Config::new().renew(RENEW, Duration::from_secs(60));
        let key = Key::new(1, b"the key of the conformance kit's own site").map_err(wrong)?;
        let sessions = Sessions::stored(config, &KeyRing::new(key)).map_err(wrong)?;
        Ok(Self { sessions, draws: Draws(0) })
    }

    /// What exchanges are made with.
    pub(super) fn sessions(&self) -> &Sessions<Stored> {
        &self.sessions
    }

    /// Begins an exchange.
    pub(super) fn begin(&self, cookie: Option<&str>, now: Timestamp) -> Begin<Box<Slot>> {
        let slot: Box<Slot> = Box::new(Slot::<[u8; 1024]>::new());
        self.sessions.begin(cookie.map(str::as_bytes), now, slot)
    }

    /// Closes an exchange.
    pub(super) async fn finish<S: Store>(
        &mut self,
        store: &S,
        visit: Visit,
        now: Timestamp,
    ) -> Answer {
        let Ok(end) = self.sessions.finish(visit, Ending::Answered, now, &mut self.draws);
        let finished = close(&self.sessions, store, &NoPause, end).await;
        let cookie = match finished.reply.set_cookie(&self.sessions) {
            None => SetCookie::None,
            Some(cookie) if cookie.is_removal() => SetCookie::Removed,
            Some(cookie) => {
                SetCookie::Set(cookie.to_string().split(';').next().unwrap_or_default().into())
            }
        };
        Answer { outcome: finished.reply.outcome(), has_cause: finished.cause.is_some(), cookie }
    }

    /// A whole exchange in which nothing goes wrong.
    pub(super) async fn visit<S: Store>(
        &mut self,
        store: &S,
        cookie: Option<&str>,
        now: Timestamp,
        act: impl FnOnce(&mut Visit),
    ) -> Result<Answer, Finding> {
        let opened = open(&self.sessions, store, self.begin(cookie, now)).await;
        let mut visit = opened.map_err(|error| Finding(std::format!("cannot open: {error}")))?;
        act(&mut visit);
        Ok(self.finish(store, visit, now).await)
    }

    /// What a cookie opens, past any cache. It changes nothing.
    pub(super) async fn look<S: Store>(
        &self,
        store: &S,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Option<Seen>, Finding> {
        let mut begin = self.begin(Some(cookie), now);
        let visit = loop {
            let mut loading = match begin {
                Begin::Ready(visit) => break visit,
                Begin::Load(loading) => loading,
            };
            let (key, buffer, _) = loading.request();
            begin = match store.load(&key, buffer, Freshness::Latest).await? {
                Loaded::Missing => loading.missing(Freshness::Latest),
                Loaded::Found { len, meta } => {
                    loading.found(&self.sessions, len, meta, Freshness::Latest)
                }
            }
            .map_err(|error| Finding(std::format!("half a record: {error}")))?;
        };
        Ok(visit.handle().map(|handle| Seen {
            handle,
            principal: visit.principal().map(String::from),
            base: visit.contains("base"),
            own: visit.contains("own"),
            rival: visit.contains("rival"),
        }))
    }
}

/// Numbers that look random and are the same in every run: checks must not depend on luck.
struct Draws(u64);

impl TryRng for Draws {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|number| (number >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 += 1;
        Ok(mix(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Draws {}
