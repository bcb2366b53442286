//! Which sessions a principal has.
//!
//! In: blocks that come and go. Out: a principal's store keys, in ascending order. It refuses to know records. Names
//! are the application's, perhaps its users', so they are hashed with a secret.

use core::hash::BuildHasher;
use std::hash::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use sansession::StoreKey;

use crate::block::Block;

pub(crate) struct Principals {
    shards: Box<[Mutex<HashTable<Principal>>]>,
    hasher: RandomState,
}

struct Principal {
    name: Box<[u8]>,
    /// Sorted; never empty.
    keys: Vec<StoreKey>,
}

impl Principals {
    /// `shards` is a power of two.
    pub(crate) fn new(shards: usize) -> Self {
        let shards = (0..shards).map(|_| Mutex::new(HashTable::new())).collect();
        Self { shards, hasher: RandomState::new() }
    }

    /// Notes a session, if it is bound to somebody.
    pub(crate) fn add(&self, block: &Block) {
        if block.is_anonymous() {
            return;
        }
        let (name, key) = (block.name(), block.key());
        let hash = self.hasher.hash_one(name);
        let rehash = |principal: &Principal| self.hasher.hash_one(&*principal.name);
        match self.lock(hash).entry(hash, |principal| *principal.name == *name, rehash) {
            Entry::Occupied(mut entry) => {
                let keys = &mut entry.get_mut().keys;
                if let Err(place) = keys.binary_search(&key) {
                    keys.insert(place, key);
                }
            }
            Entry::Vacant(entry) => {
                entry.insert(Principal { name: name.into(), keys: vec![key] });
            }
        }
    }

    /// Forgets a session that is gone.
    pub(crate) fn remove(&self, block: &Block) {
        if block.is_anonymous() {
            return;
        }
        let name = block.name();
        let hash = self.hasher.hash_one(name);
        let mut table = self.lock(hash);
        let Ok(mut entry) = table.find_entry(hash, |principal| *principal.name == *name) else {
            return;
        };
        let keys = &mut entry.get_mut().keys;
        if let Ok(place) = keys.binary_search(&block.key()) {
            keys.remove(place);
        }
        if keys.is_empty() {
            entry.remove();
        }
    }

    /// The keys after `after`, in order, as many as there is space for; says how many.
    pub(crate) fn list(
        &self,
        name: &str,
        after: Option<&StoreKey>,
        space: &mut [StoreKey],
    ) -> usize {
        let hash = self.hasher.hash_one(name.as_bytes());
        let table = self.lock(hash);
        let Some(principal) = table.find(hash, |principal| *principal.name == *name.as_bytes())
        else {
            return 0;
        };
        let start = after.map_or(0, |after| principal.keys.partition_point(|key| key <= after));
        let listed = principal.keys[start..].iter().zip(space.iter_mut());
        listed.map(|(key, place)| *place = *key).count()
    }

    fn lock(&self, hash: u64) -> MutexGuard<'_, HashTable<Principal>> {
        // Bits that the table itself makes least of: it takes the lowest and the top seven.
        let [_, _, _, _, low, high, ..] = hash.to_le_bytes();
        let place = usize::from(u16::from_le_bytes([low, high])) & (self.shards.len() - 1);
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
