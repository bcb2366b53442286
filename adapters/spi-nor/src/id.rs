//! What a part says that it is.

use crate::command::LARGEST;

/// The three bytes of `RDID`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct JedecId {
    /// Who made it, by JEDEC JEP106.
    pub manufacturer: u8,
    /// The maker's own number of a family.
    pub kind: u8,
    /// Of nearly all makers the capacity, as a power of two.
    pub density: u8,
}

impl JedecId {
    /// Bytes of the part by [`JedecId::density`]; none if that is no capacity from 64 KiB to 16 MiB.
    #[must_use]
    pub const fn capacity(self) -> Option<u32> {
        match self.density {
            0x10..=0x18 => Some(1 << self.density),
            _ => None,
        }
    }

    /// Whether there is a part at all: a bus without one reads as all ones or all zeros.
    pub(crate) const fn is_there(self) -> bool {
        !matches!((self.manufacturer, self.kind, self.density), (0, 0, 0) | (0xff, 0xff, 0xff))
    }
}

/// Whether a capacity is one that this driver can reach and erase.
pub(crate) const fn is_reachable(capacity: u32) -> bool {
    capacity > 0 && capacity <= LARGEST && capacity.is_multiple_of(crate::command::SECTOR)
}
