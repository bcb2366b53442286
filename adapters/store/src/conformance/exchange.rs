//! Whole exchanges with a fault at every call in turn (promises S2, L5, L15, L17).
//!
//! Each kind of exchange is run alone, then with another request of the same browser that writes in the middle of it,
//! then with one that logs out; and in each of these with every fault at the first call, at the second, and so on. What
//! must hold afterwards is in `aftermath.rs`.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::string::String;

use sansession::{StoreKey, Timestamp, WriteError};

use super::aftermath::{self, Aftermath};
use super::browser::{Answer, RENEW, SetCookie, Site, Visit};
use super::fixture::{Held, NOW, Subject};
use super::report::{Finding, wrong};
use super::{Fault, Faulty, Run};
use crate::contract::Store;
use crate::driver::open;

/// Calls to the store that one exchange makes at most.
const CALLS: usize = 16;

/// Whom `login` binds to.
pub(super) const PRINCIPAL: &str = "ada";

/// What the exchange under test does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Create,
    Update,
    Flash,
    Renew,
    Regenerate,
    Login,
    Invalidate,
    Replace,
    Touch,
}

/// What another request of the same browser does meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rival {
    None,
    Writes,
    LogsOut,
}

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    for (check, kind) in [
        ("creating_survives_faults", Kind::Create),
        ("updating_survives_faults", Kind::Update),
        ("consuming_flash_survives_faults", Kind::Flash),
        ("renewing_survives_faults", Kind::Renew),
        ("regenerating_survives_faults", Kind::Regenerate),
        ("logging_in_survives_faults", Kind::Login),
        ("logging_out_survives_faults", Kind::Invalidate),
        ("logging_out_and_writing_survives_faults", Kind::Replace),
        ("touching_survives_faults", Kind::Touch),
    ] {
        run.check(check, &[], async |subject| survives_faults(subject, kind).await).await;
    }
}

async fn survives_faults<S: Store>(subject: Subject<S>, kind: Kind) -> Result<(), Finding> {
    let mut site = Site::new()?;
    let store = Faulty::new(subject.store);
    for rival in [Rival::None, Rival::Writes, Rival::LogsOut] {
        if kind == Kind::Create && rival != Rival::None {
            continue;
        }
        let well = Trial { kind, rival, fault: None }.run(&mut site, &store).await?;
        well.check(&site, store.inner(), None).await?;
        let usual = well.answer.as_ref();
        for fault in Fault::ALL {
            for call in 0..CALLS {
                let trial = Trial { kind, rival, fault: Some((call, fault)) };
                let after = trial.run(&mut site, &store).await?;
                if !after.happened {
                    break;
                }
                after.check(&site, store.inner(), usual).await?;
                after.clear(store.inner()).await?;
            }
        }
    }
    Ok(())
}

/// One run of an exchange.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    pub(super) kind: Kind,
    pub(super) rival: Rival,
    /// How many calls go well, and what happens then.
    pub(super) fault: Option<(usize, Fault)>,
}

impl Trial {
    async fn run<S: Store>(self, site: &mut Site, store: &Faulty<S>) -> Result<Aftermath, Finding> {
        let now = self.kind.time();
        let base = match self.kind {
            Kind::Create => None,
            _ => Some(self.base(site, store.inner()).await?),
        };
        let cookie = base.as_ref().map(|(cookie, _)| cookie.as_str());
        let mut before = std::vec::Vec::new();
        if let Some((_, key)) = base {
            before
                .extend(aftermath::held(store.inner(), &key).await?.map(|held| (key, held.record)));
        }

        match self.fault {
            Some((call, fault)) => store.arm(call, fault),
            None => store.arm(usize::MAX, Fault::Fail),
        }
        let begin = site.begin(cookie, now);
        let visit = unless_it_hangs(store, open(site.sessions(), store, begin)).await;
        let opened = matches!(visit, Some(Ok(_)));
        let mut answer = None;
        if let Some(Ok(mut visit)) = visit {
            self.kind.act(&mut visit).map_err(wrong)?;
            if let Some(cookie) = cookie {
                self.meanwhile(site, store.inner(), cookie).await?;
            }
            if let Some((_, key)) = base {
                let held: Option<Held> = aftermath::held(store.inner(), &key).await?;
                before.extend(held.map(|held| (key, held.record)));
            }
            answer = unless_it_hangs(store, site.finish(store, visit, now)).await;
        }
        let happened = !store.disarm();
        let written = store.written();
        let cookie = base.map(|(cookie, _)| cookie);
        Ok(Aftermath { trial: self, now, cookie, before, written, answer, opened, happened })
    }

    pub(super) fn loses_answer(self) -> bool {
        matches!(self.fault, Some((_, Fault::LoseAnswer)))
    }

    /// The session that the browser has, its cookie and its key.
    async fn base<S: Store>(
        self,
        site: &mut Site,
        store: &S,
    ) -> Result<(String, StoreKey), Finding> {
        let mut written = Ok(());
        let answer = site.visit(store, None, NOW, |visit| {
            written = visit.insert("base", &true);
            if self.kind == Kind::Flash {
                written = written.and(visit.flash("message", &true));
            }
        });
        let SetCookie::Set(cookie) = answer.await?.cookie else {
            return Err(Finding("a session that was written to sets no cookie".into()));
        };
        written.map_err(wrong)?;
        match site.look(store, &cookie, NOW).await? {
            Some(seen) => Ok((cookie, seen.handle)),
            None => Err(Finding("a session that was created cannot be opened".into())),
        }
    }

    /// Lets the rival in.
    async fn meanwhile<S: Store>(
        self,
        site: &mut Site,
        store: &S,
        cookie: &str,
    ) -> Result<(), Finding> {
        let mut written = Ok(());
        let answer: Answer = match self.rival {
            Rival::None => return Ok(()),
            Rival::Writes => {
                let write = |visit: &mut Visit| written = visit.insert("rival", &true);
                site.visit(store, Some(cookie), NOW, write).await?
            }
            Rival::LogsOut => site.visit(store, Some(cookie), NOW, Visit::invalidate).await?,
        };
        written.map_err(wrong)?;
        ensure!(
            !answer.outcome.is_refusal() && !answer.has_cause,
            "{:?}: a request in which nothing goes wrong is {}",
            self.rival,
            answer.outcome
        );
        Ok(())
    }
}

impl Kind {
    /// What the handler does.
    fn act(self, visit: &mut Visit) -> Result<(), WriteError> {
        match self {
            Self::Create | Self::Update => visit.insert("own", &true),
            // What the exchange does is due by the time or the flash message.
            Self::Flash | Self::Renew | Self::Touch => Ok(()),
            Self::Regenerate => {
                visit.regenerate();
                Ok(())
            }
            Self::Login => visit.login(PRINCIPAL).and_then(|()| visit.insert("own", &true)),
            Self::Invalidate => {
                visit.invalidate();
                Ok(())
            }
            Self::Replace => {
                visit.invalidate();
                visit.insert("own", &true)
            }
        }
    }

    /// When the request comes.
    fn time(self) -> Timestamp {
        match self {
            Self::Renew => NOW.after(RENEW),
            Self::Touch => NOW.after(RENEW / 2),
            _ => NOW.after(Duration::from_secs(1)),
        }
    }

    /// Its failure is the host's error, not only an outcome.
    pub(super) fn is_hard(self) -> bool {
        !matches!(self, Self::Flash | Self::Renew | Self::Touch)
    }

    /// The cookie that the browser came with stays good.
    pub(super) fn keeps_id(self) -> bool {
        matches!(self, Self::Update | Self::Flash | Self::Renew | Self::Touch)
    }

    /// The session that the browser came with is ended.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Invalidate | Self::Replace)
    }

    /// The session gets a new id.
    pub(super) fn mints(self) -> bool {
        matches!(self, Self::Create | Self::Renew | Self::Regenerate | Self::Login | Self::Replace)
    }

    /// The handler wrote data.
    pub(super) fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Login | Self::Replace)
    }
}

/// Waits for `future`, until a call that it made hangs; then it is dropped.
async fn unless_it_hangs<S, T>(store: &Faulty<S>, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if store.hangs() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}
