//! The table: one call of the store contract, one answer (promise L12: who goes when it is full).
//!
//! In: the parts of a call that need the table. Out: the answer. It refuses to wait, and to know who guards it. Each
//! method is one critical section: two walks over the fixed fields at most, and one record written, read or wiped.

use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Loaded, Updated};

use crate::owner::Owner;
use crate::row::Row;

pub(crate) struct Table<const N: usize, const BYTES: usize> {
    rows: [Row<BYTES>; N],
}

impl<const N: usize, const BYTES: usize> Table<N, BYTES> {
    pub(crate) const fn new() -> Self {
        Self { rows: [const { Row::FREE }; N] }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_free()).count()
    }

    pub(crate) fn load(&self, key: &StoreKey, buffer: &mut [u8]) -> Loaded {
        let Some(row) = self.rows.iter().find(|row| row.is(key)) else {
            return Loaded::Missing;
        };
        let record = row.record();
        if let Some(place) = buffer.get_mut(..record.len()) {
            place.copy_from_slice(record);
        }
        Loaded::Found { len: record.len(), meta: row.meta() }
    }

    pub(crate) fn create(&mut self, key: &StoreKey, owner: Owner, write: &Write<'_>) -> Created {
        // Asked first, so that nobody is evicted for a key that is taken.
        if self.rows.iter().any(|row| row.is(key)) {
            return Created::Conflict;
        }
        let claims = self.rows.iter_mut().filter_map(|row| Some((row.claim(write.seen)?, row)));
        let Some((_, row)) = claims.min_by_key(|(claim, _)| *claim) else {
            return Created::Full;
        };
        row.create(key, owner, write);
        Created::Stored
    }

    pub(crate) fn update(
        &mut self,
        key: &StoreKey,
        expected: Revision,
        owner: Owner,
        write: &Write<'_>,
    ) -> Updated {
        let Some(row) = self.find(key) else {
            return Updated::Missing;
        };
        if row.meta().revision != expected {
            return Updated::Conflict;
        }
        row.update(owner, write);
        Updated::Stored
    }

    pub(crate) fn touch(&mut self, key: &StoreKey, seen: Timestamp, expires: Timestamp) -> bool {
        self.find(key).map(|row| row.touch(seen, expires)).is_some()
    }

    pub(crate) fn destroy(&mut self, key: &StoreKey) -> bool {
        self.find(key).map(Row::free).is_some()
    }

    /// Takes away the first expired record at or behind `place`, and says which place is the next.
    pub(crate) fn take_expired(&mut self, place: usize, now: Timestamp) -> Option<usize> {
        let mut rows = self.rows.iter_mut().enumerate().skip(place);
        let (place, row) = rows.find(|(_, row)| row.has_expired(now))?;
        row.free();
        Some(place.saturating_add(1))
    }

    /// The lowest key above `after` of those that belong to `owner`.
    pub(crate) fn key_after(&self, owner: Owner, after: Option<&StoreKey>) -> Option<StoreKey> {
        let rows = self.rows.iter().filter(|row| row.belongs_to(owner));
        rows.map(Row::key).filter(|key| after.is_none_or(|after| after < key)).min()
    }

    fn find(&mut self, key: &StoreKey) -> Option<&mut Row<BYTES>> {
        self.rows.iter_mut().find(|row| row.is(key))
    }
}

#[cfg(test)]
mod tests;
