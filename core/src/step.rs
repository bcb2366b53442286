//! Steps, acknowledgements and the reply: what the host must do, what came of it, what goes back to the browser.

use core::fmt;
use core::ops::DerefMut;

use crate::error::RecordError;
use crate::exchange::Cookie;
use crate::id::StoreKey;
use crate::sessions::Sessions;
use crate::set_cookie::{SetCookie, Value};
use crate::slot::Slot;
use crate::time::Timestamp;
use crate::transport::Transport;
use crate::verdict::{Outcome, Verdict};

/// How often a record has been stored: 1 when it is created, one more with each update. The store keeps it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Revision(u64);

impl Revision {
    pub(crate) const NONE: Self = Self(0);
    /// Of a record that was just created.
    pub const FIRST: Self = Self(1);

    /// Makes a revision from the number that a store kept.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number to keep.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The one that a successful update of this one has.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What a store keeps beside a record, and hands back with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Meta {
    /// How often the record was stored.
    pub revision: Revision,
    /// The latest `seen` of all writes and touches.
    pub seen: Timestamp,
}

impl Meta {
    /// Puts together what a store kept.
    pub const fn new(revision: Revision, seen: Timestamp) -> Self {
        Self { revision, seen }
    }
}

/// A record to be stored, with what stands beside it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Write<'a> {
    /// The record; opaque to a store.
    pub record: &'a [u8],
    /// When it was used: the time of this exchange. Also the "now" that `expires` is seen from.
    pub seen: Timestamp,
    /// When the session ends if nobody uses it again. A hint for a store's own expiry and for sweeping.
    pub expires: Timestamp,
    /// Whom the session is bound to. A store with an index adds the entry before the record.
    pub principal: Option<&'a str>,
    /// Whether this exchange bound it: the record that is there may be nobody's or somebody else's. A hint, for an index
    /// that takes a call of its own; without it, another request may have bound the record anew meanwhile.
    pub newly_bound: bool,
}

impl<'a> Write<'a> {
    /// A record that is bound to nobody. Stores are handed one; their tests make one.
    pub const fn new(record: &'a [u8], seen: Timestamp, expires: Timestamp) -> Self {
        Self { record, seen, expires, principal: None, newly_bound: false }
    }

    /// The same, bound to `principal`, and newly so.
    #[must_use]
    pub const fn bound_to(self, principal: &'a str) -> Self {
        Self { principal: Some(principal), newly_bound: true, ..self }
    }
}

impl fmt::Debug for Write<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("record", &self.record.len())
            .field("seen", &self.seen)
            .field("expires", &self.expires)
            .field("bound", &self.principal.is_some())
            .finish()
    }
}

/// What the host must do next. Each step is answered with [`Closing::handle`](crate::Closing::handle).
///
/// `Debug` shows no record.
#[non_exhaustive]
pub enum Step<'a> {
    /// Store a new record with [`Revision::FIRST`]; never overwrite one.
    Create {
        /// Its key.
        key: &'a StoreKey,
        /// What to store.
        write: Write<'a>,
    },
    /// Replace the record if its revision is `expected`, and count the revision up; never make one.
    Update {
        /// Its key.
        key: &'a StoreKey,
        /// The revision to be replaced.
        expected: Revision,
        /// What to store.
        write: Write<'a>,
    },
    /// Raise `seen` and `expires` of the record, each if it is lower; leave its bytes and revision alone.
    Touch {
        /// Its key.
        key: &'a StoreKey,
        /// When it was used; never lowers what is stored.
        seen: Timestamp,
        /// When it ends if nobody uses it again; never lowers what is stored.
        expires: Timestamp,
    },
    /// Take the record away, whatever its revision.
    Destroy {
        /// Its key.
        key: &'a StoreKey,
    },
    /// Read the record again, past any cache or replica.
    Load {
        /// Its key.
        key: &'a StoreKey,
        /// Where to.
        buffer: &'a mut [u8],
    },
}

impl fmt::Debug for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { key, write } => write!(f, "Create({key:?}, {write:?})"),
            Self::Update { key, expected, write } => {
                write!(f, "Update({key:?}, {expected:?}, {write:?})")
            }
            Self::Touch { key, seen, expires } => {
                write!(f, "Touch({key:?}, {seen:?}, {expires:?})")
            }
            Self::Destroy { key } => write!(f, "Destroy({key:?})"),
            Self::Load { key, buffer } => write!(f, "Load({key:?}, {} bytes)", buffer.len()),
        }
    }
}

/// What came of a step.
///
/// An answer that does not belong to the step counts as [`Ack::Failed`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Ack {
    /// Done, durably.
    Stored,
    /// To `Update`: the revision is another. To `Create`: the key is taken.
    Conflict,
    /// There is no such record.
    Missing,
    /// There is no room.
    Full,
    /// To `Load`: the record has `len` bytes. If they are more than the buffer takes, nothing was read.
    Found {
        /// Bytes of the record.
        len: usize,
        /// What stands beside it.
        meta: Meta,
    },
    /// The store failed; whether anything was stored is unknown.
    Failed,
}

/// How the request ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The handler answered: its wishes are carried out.
    Answered,
    /// It failed, with a 5xx or a panic: all is dropped but a logout (promise L16).
    Failed,
}

/// What every answer of an exchange adds to its `Vary` header: it depends on the cookie (promise H6).
pub const VARY: &str = "Cookie";

/// What goes back to the browser, and what became of the exchange. It exists only after the last hard step.
#[must_use = "the reply carries the Set-Cookie and says whether the exchange was refused"]
#[derive(Debug)]
pub struct Reply<B: DerefMut<Target = Slot>> {
    pub(crate) slot: B,
    pub(crate) max_age: u64,
}

impl<B: DerefMut<Target = Slot>> Reply<B> {
    /// What became of the exchange. If it [is a refusal](Outcome::is_refusal), the handler's answer must not be sent.
    pub fn outcome(&self) -> Outcome {
        self.slot.exchange.outcome
    }

    /// What the cookies of the request turned out to be.
    pub fn verdict(&self) -> Verdict {
        self.slot.exchange.verdict
    }

    /// The `Set-Cookie` header, if one is to be sent.
    pub fn set_cookie<'a, T: Transport>(
        &'a self,
        sessions: &'a Sessions<T>,
    ) -> Option<SetCookie<'a>> {
        let exchange = &self.slot.exchange;
        let value = match exchange.cookie {
            Cookie::Keep => return None,
            Cookie::Remove => Value::Removed,
            Cookie::Set if exchange.carried => Value::Bytes(self.slot.carried_token()?),
            Cookie::Set => Value::Text(core::str::from_utf8(&exchange.token.as_ref()?.0).ok()?),
        };
        Some(SetCookie { config: &sessions.config.cookie, value, max_age: self.max_age })
    }

    /// What takes the place of any `Cache-Control` of the answer: `no-store` where a cookie is set (promise H6).
    pub fn cache_control(&self) -> Option<&'static str> {
        (self.slot.exchange.cookie != Cookie::Keep).then_some("no-store")
    }

    /// The record that could not be read when it was loaded again, if that is why the exchange was refused.
    pub fn record_error(&self) -> Option<RecordError> {
        self.slot.exchange.record_error
    }

    /// The name of the session as it is now in the store; none if there is none, if the exchange was refused, and for a
    /// carried session.
    pub fn handle(&self) -> Option<StoreKey> {
        let exchange = &self.slot.exchange;
        let open = exchange.is_live() || exchange.outcome == Outcome::Created;
        (open && !exchange.carried && !exchange.outcome.is_refusal()).then_some(exchange.key)
    }

    /// Whether this is one of the sampled requests after which the host sweeps expired records, in bounded portions
    /// and after the answer is on its way (promise L13).
    pub fn sweep(&self) -> bool {
        self.slot.exchange.sweep
    }

    /// Gives the slot back, with the exchange forgotten and its ids wiped.
    pub fn into_slot(mut self) -> B {
        self.slot.forget();
        self.slot
    }
}
