//! Slots: the memory of as many requests as may have a session open at once.
//!
//! In: requests that want one. Out: a slot that nobody else has, until it is dropped.

use core::fmt;
use core::ops::{Deref, DerefMut};

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::mutex::{MappedMutexGuard, Mutex, MutexGuard};
use sansession::Slot;

use crate::desk::Desk;

/// `COUNT` slots of `BYTES` bytes each, for a `static`: requests that have a session open at once, and
/// [what a session may hold](Slot).
///
/// The critical section of the crate `critical-section` guards who has which slot, and nothing else: no slot is read or
/// written inside of it. So tasks, executors and cores can share them.
pub struct Slots<const COUNT: usize, const BYTES: usize>([Place<BYTES>; COUNT]);

struct Place<const BYTES: usize> {
    slot: Mutex<CriticalSectionRawMutex, Slot<[u8; BYTES]>>,
    desk: Desk,
}

impl<const COUNT: usize, const BYTES: usize> Slots<COUNT, BYTES> {
    /// Makes slots that nobody has. None at all, or one of fewer than 256 bytes, do not compile.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(COUNT > 0, "without a slot no session can be opened") }
        Self([const { Place { slot: Mutex::new(Slot::new()), desk: Desk::new() } }; COUNT])
    }
}

impl<const COUNT: usize, const BYTES: usize> Default for Slots<COUNT, BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows no content.
impl<const COUNT: usize, const BYTES: usize> fmt::Debug for Slots<COUNT, BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots").field("count", &COUNT).field("bytes", &BYTES).finish()
    }
}

/// [`Slots`] of any number and size.
pub trait Pool: private::Lend {}

impl<const COUNT: usize, const BYTES: usize> Pool for Slots<COUNT, BYTES> {}

pub(crate) mod private {
    use super::{Desk, Lease};

    pub trait Lend {
        /// A slot that nobody else has, and the desk that goes with it; none if all are lent.
        fn lend(&'static self) -> Option<(Lease, &'static Desk)>;
    }
}

impl<const COUNT: usize, const BYTES: usize> private::Lend for Slots<COUNT, BYTES> {
    fn lend(&'static self) -> Option<(Lease, &'static Desk)> {
        self.0.iter().find_map(|place| {
            let slot = place.slot.try_lock().ok()?;
            Some((Lease(MutexGuard::map(slot, Slot::erase)), &place.desk))
        })
    }
}

/// One slot of [`Slots`], lent to one request. Dropping it wipes the slot and gives it back.
pub struct Lease(MappedMutexGuard<'static, CriticalSectionRawMutex, Slot>);

impl Deref for Lease {
    type Target = Slot;

    fn deref(&self) -> &Slot {
        &self.0
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Slot {
        &mut self.0
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

/// Shows no content.
impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lease").field(&&*self.0).finish()
    }
}
