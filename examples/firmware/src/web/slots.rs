//! The memory of one exchange at a time, lent to whoever serves a socket.

use core::cell::{RefCell, RefMut};
use core::ops::{Deref, DerefMut};

use sansession::Slot;

/// A slot that is free again when its exchange ends, also when that is dropped half-way.
pub(crate) struct Lease<'c>(RefMut<'c, Slot>);

impl<'c> Lease<'c> {
    /// Takes the slot; none if somebody has it.
    pub(crate) fn take(slot: &'c RefCell<Slot>) -> Option<Self> {
        slot.try_borrow_mut().ok().map(Self)
    }
}

impl Deref for Lease<'_> {
    type Target = Slot;

    fn deref(&self) -> &Slot {
        &self.0
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Slot {
        &mut self.0
    }
}
