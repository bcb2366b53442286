//! A part of the table, behind one lock, with two bounds that can be read without it.
//!
//! In: one call of the store contract. Out: its answer. It refuses to know how many records there may be. The index of
//! principals is kept up under the lock, an entry before its record and gone after it, so the two always agree.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::OccupiedEntry;
use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Loaded, Updated};

use crate::block::Block;
use crate::principals::Principals;

pub(crate) struct Shard {
    table: Mutex<HashTable<Block>>,
    /// No record expires before this.
    soonest: Bound,
    /// No anonymous record was last seen before this.
    oldest: Bound,
}

impl Shard {
    pub(crate) fn new() -> Self {
        Self { table: Mutex::new(HashTable::new()), soonest: Bound::new(), oldest: Bound::new() }
    }

    pub(crate) fn contains(&self, key: &StoreKey) -> bool {
        self.lock().find(hash(key), is(key)).is_some()
    }

    pub(crate) fn load(&self, key: &StoreKey, buffer: &mut [u8]) -> Loaded {
        let table = self.lock();
        let Some(block) = table.find(hash(key), is(key)) else {
            return Loaded::Missing;
        };
        let record = block.record();
        if let Some(place) = buffer.get_mut(..record.len()) {
            place.copy_from_slice(record);
        }
        Loaded::Found { len: record.len(), meta: block.meta() }
    }

    /// False, and nothing done, if the key is taken.
    pub(crate) fn insert(&self, key: &StoreKey, write: Write<'_>, principals: &Principals) -> bool {
        let block = Block::new(key, write);
        let mut table = self.lock();
        if table.find(hash(key), is(key)).is_some() {
            return false;
        }
        principals.add(&block);
        self.lower_bounds(&block);
        table.insert_unique(hash(key), block, |block| hash(&block.key()));
        true
    }

    pub(crate) fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
        principals: &Principals,
    ) -> Updated {
        let mut table = self.lock();
        let Some(block) = table.find_mut(hash(key), is(key)) else {
            return Updated::Missing;
        };
        if block.revision() != expected {
            return Updated::Conflict;
        }
        let rebound = block.name() != write.principal.unwrap_or_default().as_bytes();
        if rebound {
            principals.remove(block);
        }
        block.replace(write);
        if rebound {
            principals.add(block);
        }
        self.lower_bounds(block);
        Updated::Stored
    }

    pub(crate) fn touch(&self, key: &StoreKey, seen: Timestamp, expires: Timestamp) -> bool {
        let mut table = self.lock();
        let block = table.find_mut(hash(key), is(key));
        block.map(|block| block.touch(seen, expires)).is_some()
    }

    pub(crate) fn destroy(&self, key: &StoreKey, principals: &Principals) -> bool {
        let mut table = self.lock();
        let Ok(entry) = table.find_entry(hash(key), is(key)) else {
            return false;
        };
        principals.remove(&entry.remove().0);
        true
    }

    /// No record expires before this.
    pub(crate) fn soonest(&self) -> Timestamp {
        self.soonest.get()
    }

    /// No anonymous record was last seen before this; `None` if there is no such record.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        Some(self.oldest.get()).filter(|oldest| *oldest < Bound::NEVER)
    }

    /// Takes away up to `limit` expired records, and says how many.
    pub(crate) fn take_expired(
        &self,
        now: Timestamp,
        limit: usize,
        principals: &Principals,
    ) -> usize {
        let mut table = self.lock();
        let (mut taken, mut soonest) = (0, Bound::NEVER);
        let expired = table.extract_if(|block| {
            let goes = taken < limit && block.expires() <= now;
            if goes {
                taken += 1;
            } else {
                soonest = soonest.min(block.expires());
            }
            goes
        });
        expired.for_each(|block| principals.remove(&block));
        self.soonest.set(soonest);
        taken
    }

    /// Takes away the anonymous record that was seen least recently, if that was not after `rival`; or else at least
    /// finds out when it was.
    pub(crate) fn take_oldest(&self, rival: Timestamp) -> bool {
        let mut table = self.lock();
        let mut first: Option<&Block> = None;
        let mut second = Bound::NEVER;
        for block in table.iter().filter(|block| block.is_anonymous()) {
            match first {
                Some(oldest) if oldest.seen() <= block.seen() => second = second.min(block.seen()),
                _ => {
                    second = first.map_or(second, Block::seen);
                    first = Some(block);
                }
            }
        }
        let Some((key, seen)) = first.map(|block| (block.key(), block.seen())) else {
            self.oldest.set(Bound::NEVER);
            return false;
        };
        if rival < seen {
            self.oldest.set(seen);
            return false;
        }
        self.oldest.set(second);
        table.find_entry(hash(&key), is(&key)).map(OccupiedEntry::remove).is_ok()
    }

    fn lower_bounds(&self, block: &Block) {
        self.soonest.lower(block.expires());
        if block.is_anonymous() {
            self.oldest.lower(block.seen());
        }
    }

    /// A panic under the lock is a bug, but each change of the table is whole, so the others may go on.
    fn lock(&self) -> MutexGuard<'_, HashTable<Block>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A time that all records of a shard are at or after. Written under the lock, read without it.
struct Bound(AtomicU64);

impl Bound {
    /// Of no records. A record with this very time is one that never expires.
    const NEVER: Timestamp = Timestamp::MAX;

    fn new() -> Self {
        Self(AtomicU64::new(Self::NEVER.as_millis()))
    }

    fn get(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn set(&self, time: Timestamp) {
        self.0.store(time.as_millis(), Ordering::Relaxed);
    }

    fn lower(&self, time: Timestamp) {
        self.0.fetch_min(time.as_millis(), Ordering::Relaxed);
    }
}

/// The key is random already; its first bytes chose the shard, these choose the place in it.
fn hash(key: &StoreKey) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = *key.as_bytes();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn is(key: &StoreKey) -> impl Fn(&Block) -> bool {
    move |block| block.key() == *key
}
