//! A record and all that stands beside it, in one heap block.
//!
//! ```text
//! offset  bytes  field
//!      0     16  store key
//!     16      8  revision
//!     24      6  seen, milliseconds
//!     30      6  expires, milliseconds
//!     36      1  length of the principal's name; 0 for an anonymous session
//!     37    ...  the name, then the record
//! ```
//!
//! In: what a store is told. Out: the same. It refuses to know when any of it matters. The bytes are zeroed on drop.

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use zeroize::Zeroize;

const REVISION: usize = 16;
const SEEN: usize = 24;
const EXPIRES: usize = 30;
const NAME_LEN: usize = 36;
const NAME: usize = 37;

/// Bytes of a time: 48 bits are all that a [`Timestamp`] has.
const TIME: usize = 6;

pub(crate) struct Block(Box<[u8]>);

impl Block {
    /// A new record, with the first revision.
    pub(crate) fn new(key: &StoreKey, write: Write<'_>) -> Self {
        let mut block = Self::room(write);
        block.0[..REVISION].copy_from_slice(key.as_bytes());
        block.put_revision(Revision::FIRST);
        block.put_time(SEEN, write.seen);
        block.put_time(EXPIRES, write.expires);
        block
    }

    /// A block with the name and the record of `write`, and zeros in front.
    fn room(write: Write<'_>) -> Self {
        let name = write.principal.unwrap_or_default();
        let len = u8::try_from(name.len()).expect("the core checks that names have 255 bytes");
        let mut bytes = Vec::with_capacity(NAME + name.len() + write.record.len());
        bytes.resize(NAME_LEN, 0);
        bytes.push(len);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(write.record);
        Self(bytes.into_boxed_slice())
    }

    /// Replaces the record and counts the revision up; `seen` only rises.
    pub(crate) fn replace(&mut self, write: Write<'_>) {
        let (revision, seen) = (self.revision().next(), self.seen().max(write.seen));
        if self.name() == write.principal.unwrap_or_default().as_bytes()
            && self.record().len() == write.record.len()
        {
            let start = self.record_start();
            self.0[start..].copy_from_slice(write.record);
        } else {
            let mut block = Self::room(write);
            block.0[..REVISION].copy_from_slice(&self.0[..REVISION]);
            *self = block;
        }
        self.put_revision(revision);
        self.put_time(SEEN, seen);
        self.put_time(EXPIRES, write.expires);
    }

    /// Raises the times, each by itself.
    pub(crate) fn touch(&mut self, seen: Timestamp, expires: Timestamp) {
        self.put_time(SEEN, seen.max(self.seen()));
        self.put_time(EXPIRES, expires.max(self.expires()));
    }

    pub(crate) fn key(&self) -> StoreKey {
        StoreKey::from_bytes(self.array(0))
    }

    pub(crate) fn revision(&self) -> Revision {
        Revision::new(u64::from_le_bytes(self.array(REVISION)))
    }

    pub(crate) fn seen(&self) -> Timestamp {
        self.time(SEEN)
    }

    pub(crate) fn meta(&self) -> Meta {
        Meta::new(self.revision(), self.seen())
    }

    pub(crate) fn expires(&self) -> Timestamp {
        self.time(EXPIRES)
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        self.name().is_empty()
    }

    /// The principal's name; empty for an anonymous session.
    pub(crate) fn name(&self) -> &[u8] {
        &self.0[NAME..self.record_start()]
    }

    pub(crate) fn record(&self) -> &[u8] {
        &self.0[self.record_start()..]
    }

    fn record_start(&self) -> usize {
        NAME + usize::from(self.0[NAME_LEN])
    }

    fn put_revision(&mut self, revision: Revision) {
        self.0[REVISION..SEEN].copy_from_slice(&revision.get().to_le_bytes());
    }

    fn time(&self, place: usize) -> Timestamp {
        let [a, b, c, d, e, f] = self.array(place);
        Timestamp::from_millis(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
    }

    fn put_time(&mut self, place: usize, time: Timestamp) {
        self.0[place..place + TIME].copy_from_slice(&time.as_millis().to_le_bytes()[..TIME]);
    }

    fn array<const N: usize>(&self, place: usize) -> [u8; N] {
        *self.0[place..].first_chunk().expect("every block has the fixed fields")
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
