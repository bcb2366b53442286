//! Loading: an authentic id is there, and the host reads its record.
//!
//! In: the record, or that there is none. Out: an open exchange, or the next candidate to look up.

use core::fmt;
use core::ops::DerefMut;

use crate::entries::Kind;
use crate::error::RecordError;
use crate::exchange::active::Active;
use crate::id::StoreKey;
use crate::slot::Slot;
use crate::step::Meta;
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

/// Waits for the record of an authentic id. If the store fails, drop it: nothing has happened.
#[must_use]
pub struct Loading<B: DerefMut<Target = Slot>> {
    slot: B,
}

/// Goes on to the next candidate, or opens the exchange without a session. At most two are looked up (promise H3).
pub(crate) fn next<B: DerefMut<Target = Slot>>(mut slot: B) -> Begin<B> {
    let exchange = &mut slot.exchange;
    exchange.presented = exchange.candidates.iter_mut().find_map(Option::take);
    match &exchange.presented {
        Some(candidate) => {
            exchange.key = candidate.id.store_key();
            Begin::Load(Loading { slot })
        }
        None => Begin::Ready(Active { slot }),
    }
}

impl<B: DerefMut<Target = Slot>> Loading<B> {
    /// What to read, and where to.
    pub fn request(&mut self) -> (StoreKey, &mut [u8]) {
        let slot = &mut *self.slot;
        (slot.exchange.key, slot.record_space())
    }

    /// The record was read: its first `len` bytes are in the buffer.
    ///
    /// A `len` beyond the buffer says that the record is longer than that.
    ///
    /// # Errors
    /// [`RecordError`]: the record is for the host to look at, and is left alone.
    pub fn found(mut self, len: usize, meta: Meta) -> Result<Begin<B>, RecordError> {
        let slot = &mut *self.slot;
        let standing = slot.take_in(len, meta)?.and_then(|()| slot.judge());
        match standing {
            Ok(standing) => {
                slot.exchange.standing = Some(standing);
                slot.exchange.verdict = Verdict::Resumed;
                if slot.exchange.flash_on_open {
                    slot.parts().entries.mark(Kind::FLASH, true, |_| true);
                }
                Ok(Begin::Ready(Active { slot: self.slot }))
            }
            Err(verdict) => Ok(self.refused(verdict)),
        }
    }

    /// There is no such record.
    pub fn missing(self) -> Begin<B> {
        self.refused(Verdict::Unknown)
    }

    fn refused(mut self, verdict: Verdict) -> Begin<B> {
        let exchange = &mut self.slot.exchange;
        exchange.entries = 0;
        exchange.verdict = exchange.verdict.max(verdict);
        next(self.slot)
    }
}

impl<B: DerefMut<Target = Slot>> fmt::Debug for Loading<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loading").field("key", &self.slot.exchange.key).finish_non_exhaustive()
    }
}
