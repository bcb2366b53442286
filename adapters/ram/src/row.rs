//! A place for one record, and all that stands beside it.
//!
//! In: what a store is told. Out: the same, and how much the place is worth keeping. It refuses to know other places.

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use zeroize::Zeroize;

use crate::owner::Owner;

pub(crate) struct Row<const BYTES: usize> {
    key: StoreKey,
    revision: Revision,
    seen: Timestamp,
    expires: Timestamp,
    /// `None` if the place is free; then all bytes are zero.
    owner: Option<Owner>,
    len: u16,
    bytes: [u8; BYTES],
}

/// What speaks for giving the place to a new session; the least goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Claim {
    Free,
    /// Since when.
    Expired(Timestamp),
    /// When it was last seen.
    Anonymous(Timestamp),
}

impl<const BYTES: usize> Row<BYTES> {
    /// All zeros: as the value of a `static`, a table takes no flash.
    pub(crate) const FREE: Self = {
        assert!(BYTES <= u16::MAX as usize, "a record has at most 65,535 bytes");
        Self {
            key: StoreKey::from_bytes([0; 16]),
            revision: Revision::new(0),
            seen: Timestamp::ZERO,
            expires: Timestamp::ZERO,
            owner: None,
            len: 0,
            bytes: [0; BYTES],
        }
    };

    /// Puts a new record here. Whatever was here is gone.
    pub(crate) fn create(&mut self, key: &StoreKey, owner: Owner, write: &Write<'_>) {
        self.key = *key;
        self.revision = Revision::FIRST;
        self.seen = write.seen;
        self.put(owner, write);
    }

    /// Replaces the record and counts the revision up; `seen` only rises.
    pub(crate) fn update(&mut self, owner: Owner, write: &Write<'_>) {
        self.revision = self.revision.next();
        self.seen = self.seen.max(write.seen);
        self.put(owner, write);
    }

    /// A record that is too long was refused before.
    fn put(&mut self, owner: Owner, write: &Write<'_>) {
        let Some((place, rest)) = self.bytes.split_at_mut_checked(write.record.len()) else {
            return;
        };
        place.copy_from_slice(write.record);
        // What a longer record left behind.
        if let Some(old) = rest.get_mut(..usize::from(self.len).saturating_sub(place.len())) {
            old.zeroize();
        }
        self.len = u16::try_from(place.len()).unwrap_or_default();
        self.expires = write.expires;
        self.owner = Some(owner);
    }

    /// Raises the times, each by itself.
    pub(crate) fn touch(&mut self, seen: Timestamp, expires: Timestamp) {
        self.seen = self.seen.max(seen);
        self.expires = self.expires.max(expires);
    }

    /// Takes the record away, and wipes its bytes.
    pub(crate) fn free(&mut self) {
        self.bytes.zeroize();
        self.owner = None;
        self.len = 0;
    }

    /// Whether this is the record of `key`.
    pub(crate) fn is(&self, key: &StoreKey) -> bool {
        !self.is_free() && self.key == *key
    }

    pub(crate) fn is_free(&self) -> bool {
        self.owner.is_none()
    }

    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        !self.is_free() && self.expires <= now
    }

    pub(crate) fn belongs_to(&self, owner: Owner) -> bool {
        self.owner == Some(owner)
    }

    /// Whether the place can be given away; never that of a living session that is bound.
    pub(crate) fn claim(&self, now: Timestamp) -> Option<Claim> {
        match self.owner {
            None => Some(Claim::Free),
            Some(_) if self.expires <= now => Some(Claim::Expired(self.expires)),
            Some(Owner::Nobody) => Some(Claim::Anonymous(self.seen)),
            Some(Owner::Principal(_)) => None,
        }
    }

    pub(crate) fn key(&self) -> StoreKey {
        self.key
    }

    pub(crate) fn meta(&self) -> Meta {
        Meta::new(self.revision, self.seen)
    }

    pub(crate) fn record(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Whether nothing but zeros is behind the record.
    #[cfg(test)]
    pub(crate) fn is_clean(&self) -> bool {
        self.bytes.iter().skip(usize::from(self.len)).all(|byte| *byte == 0)
    }
}

impl<const BYTES: usize> Drop for Row<BYTES> {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
