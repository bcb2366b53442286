//! What is handed to a save function: the bytes to keep, and when they end.

use core::fmt;
use core::time::Duration;

use sansession::Timestamp;

use crate::packed::{HEAD, Head};

/// The bytes to keep under a key, and when they end.
///
/// `Debug` shows none of the bytes.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    head: [u8; HEAD],
    record: &'a [u8],
    expires: Timestamp,
    remaining: Duration,
}

impl<'a> Value<'a> {
    pub(super) fn new(head: Head, record: &'a [u8], now: Timestamp) -> Self {
        let remaining = head.time.since(now);
        Self { head: head.to_bytes(), record, expires: head.time, remaining }
    }

    /// The bytes, in two parts. With an allocator, `.parts().concat()` is a `Vec` of them.
    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.head, self.record]
    }

    /// Copies the bytes to the front of `buffer`, and hands that part back; none if the buffer is too short.
    pub fn copy_to<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let place = buffer.get_mut(..self.size())?;
        let (head, record) = place.split_at_mut(HEAD);
        head.copy_from_slice(&self.head);
        record.copy_from_slice(self.record);
        Some(place)
    }

    /// How many bytes there are.
    pub fn size(&self) -> usize {
        self.head.len().saturating_add(self.record.len())
    }

    /// When the value ends, if nobody saves another.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// How long that is from now.
    pub fn remaining(&self) -> Duration {
        self.remaining
    }

    /// When a value that was saved ends; none if the bytes are not one that this release can read.
    ///
    /// For a sweep that looks through the values themselves; it leaves alone what it cannot read, which may be a newer
    /// release's.
    pub fn expires_of(bytes: &[u8]) -> Option<Timestamp> {
        Head::split(bytes).ok().map(|(head, _)| head.time)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Value")
            .field("size", &self.size())
            .field("expires", &self.expires)
            .field("remaining", &self.remaining)
            .finish_non_exhaustive()
    }
}
