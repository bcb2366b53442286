//! Loading: an authentic id is there, and the host reads its record.
//!
//! In: the record, or that there is none. Out: an open exchange, or the next candidate to look up.

use core::fmt;
use core::ops::DerefMut;

use crate::entries::{Kind, Mark};
use crate::error::RecordError;
use crate::exchange::active::Active;
use crate::exchange::{Exchange, Guest};
use crate::id::StoreKey;
use crate::record::Standing;
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::step::Meta;
use crate::transport::Stored;
use crate::verdict::Verdict;

/// An exchange that has begun.
#[must_use]
#[derive(Debug)]
pub enum Begin<B: DerefMut<Target = Slot>> {
    /// The host reads a record.
    Load(Loading<B>),
    /// The handler can run.
    Ready(Active<B>),
}

/// How fresh a loaded record is, or must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Freshness {
    /// A cache or replica may answer, within its stated bound.
    Cached,
    /// The latest acknowledged write of any node is seen.
    Latest,
}

/// Waits for the record of an authentic id. If the store fails, drop it: nothing has happened.
#[must_use]
pub struct Loading<B: DerefMut<Target = Slot>> {
    slot: B,
}

/// Starts with the first candidate, or opens the exchange without a session.
pub(crate) fn first<B: DerefMut<Target = Slot>>(mut slot: B) -> Begin<B> {
    if look_up_next(&mut slot) {
        Begin::Load(Loading { slot })
    } else {
        Begin::Ready(Active { slot })
    }
}

/// Goes on to the next candidate, or opens the exchange without a session.
fn next<B: DerefMut<Target = Slot>>(mut slot: B) -> Result<Begin<B>, RecordError> {
    if look_up_next(&mut slot) {
        return Ok(Begin::Load(Loading { slot }));
    }
    match slot.exchange.record_error {
        // Not "no session": a write would replace the cookie of a session that another build can read.
        Some(error) => Err(error),
        None => Ok(Begin::Ready(Active { slot })),
    }
}

/// At most two are looked up (promise H3).
fn look_up_next(slot: &mut Slot) -> bool {
    let exchange = &mut slot.exchange;
    exchange.latest = false;
    exchange.presented = None;
    if let Some(place) = exchange.candidates.iter_mut().find(|place| place.is_some()) {
        // Cloned and then dropped in place, which wipes it: moved out, a copy would stay behind.
        exchange.presented.clone_from(place);
        *place = None;
    }
    match &exchange.presented {
        Some(candidate) => {
            exchange.key = candidate.id.store_key();
            true
        }
        None => false,
    }
}

impl<B: DerefMut<Target = Slot>> Loading<B> {
    /// Gives the exchange up and the slot back, with its ids wiped: the store failed.
    pub fn into_slot(mut self) -> B {
        self.slot.forget();
        self.slot
    }

    /// What to read, where to, and how fresh it must be.
    ///
    /// A refusal by a record that may be out of date does not count: it is asked for again as [`Freshness::Latest`].
    pub fn request(&mut self) -> (StoreKey, &mut [u8], Freshness) {
        let slot = &mut *self.slot;
        let freshness = if slot.exchange.latest { Freshness::Latest } else { Freshness::Cached };
        (slot.exchange.key, slot.record_space(), freshness)
    }

    /// The record was read: its first `len` bytes are in the buffer. `freshness` is what the store can say of it;
    /// `sessions` are those that the exchange was begun with.
    ///
    /// A `len` beyond the buffer says that the record is longer than that.
    ///
    /// # Errors
    /// [`RecordError`] if no candidate opens a session and a record could not be read here: it is left alone, and the
    /// host answers with an error.
    pub fn found(
        mut self,
        sessions: &Sessions<Stored>,
        len: usize,
        meta: Meta,
        freshness: Freshness,
    ) -> Result<Begin<B>, RecordError> {
        let slot = &mut *self.slot;
        let standing = match slot.take_in(sessions, len, meta) {
            Ok(taken) => taken.and_then(|()| slot.judge()),
            Err(error) => {
                slot.exchange.record_error = Some(error);
                return next(self.slot);
            }
        };
        match standing {
            Ok(standing) => {
                slot.welcome(standing);
                Ok(Begin::Ready(Active { slot: self.slot }))
            }
            Err(verdict) => self.refused(verdict, freshness),
        }
    }

    /// There is no such record. `freshness` is what the store can say of that.
    ///
    /// # Errors
    /// As of [`Loading::found`].
    pub fn missing(self, freshness: Freshness) -> Result<Begin<B>, RecordError> {
        self.refused(Verdict::Unknown, freshness)
    }

    fn refused(mut self, verdict: Verdict, freshness: Freshness) -> Result<Begin<B>, RecordError> {
        let exchange = &mut self.slot.exchange;
        exchange.entries = 0;
        if freshness == Freshness::Cached && !exchange.latest {
            exchange.latest = true;
            return Ok(Begin::Load(self));
        }
        exchange.verdict = exchange.verdict.max(verdict);
        if verdict == Verdict::Obsolete {
            exchange.obsolete = Some(exchange.key);
        }
        exchange.retire();
        next(self.slot)
    }
}

impl Slot {
    /// The session in the slot is open.
    pub(crate) fn welcome(&mut self, standing: Standing) {
        self.exchange.standing = Some(standing);
        self.exchange.verdict = Verdict::Resumed;
        // What other candidates were does not matter any more.
        self.exchange.obsolete = None;
        self.exchange.record_error = None;
        if self.exchange.flash_on_open && self.exchange.has_flash {
            self.parts().entries.mark(Kind::FLASH, Mark::Spent, |_| true);
        }
    }
}

impl Exchange {
    /// The presented id opens nothing, but it can carry a CSRF token, so that no cookie must be sent in its place: a slow
    /// answer must not clobber the cookie of a login that came between (promise L10).
    pub(crate) fn retire(&mut self) {
        if let Some(candidate) = &self.presented {
            self.guest.get_or_insert(Guest { id: candidate.id.clone(), retired: true });
        }
        self.presented = None;
    }
}

impl<B: DerefMut<Target = Slot>> fmt::Debug for Loading<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading").field("key", &self.slot.exchange.key).finish_non_exhaustive()
    }
}
