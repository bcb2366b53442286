//! Room for another record: what happens when the store is full (promise L12).
//!
//! In: the wish for a place. Out: a place that is the caller's to fill, or that there is none. It counts places, not
//! records: one that is given back by an eviction goes straight to who asked.

use core::sync::atomic::{AtomicUsize, Ordering};

use sansession::Timestamp;

use crate::principals::Principals;
use crate::shard::Shard;

pub(crate) struct Room {
    taken: AtomicUsize,
    capacity: usize,
}

impl Room {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { taken: AtomicUsize::new(0), capacity }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    pub(crate) fn give_back(&self, places: usize) {
        self.taken.fetch_sub(places, Ordering::Relaxed);
    }

    /// Takes a place: a free one, or that of an expired session, or of the anonymous one seen least recently.
    pub(crate) fn take(&self, shards: &[Shard], principals: &Principals, now: Timestamp) -> bool {
        self.take_free() || self.take_expired(shards, principals, now) || evict(shards)
    }

    fn take_free(&self) -> bool {
        let more = |taken: usize| (taken < self.capacity).then_some(taken + 1);
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Clears the first shard where anything has expired, keeps one place, and gives the others back.
    fn take_expired(&self, shards: &[Shard], principals: &Principals, now: Timestamp) -> bool {
        let stale = shards.iter().filter(|shard| shard.soonest() <= now);
        let taken = stale
            .map(|shard| shard.take_expired(now, usize::MAX, principals))
            .find(|taken| *taken > 0);
        taken.map(|taken| self.give_back(taken - 1)).is_some()
    }
}

/// Evicts the anonymous record seen least recently of all.
///
/// Each shard's bound says at best when that can have been. The walk over the shard with the lowest one either finds a
/// record that no other shard can undercut, or raises the bound; so this ends, and mostly with the first walk.
fn evict(shards: &[Shard]) -> bool {
    loop {
        let (mut first, mut rival): (Option<(&Shard, Timestamp)>, _) = (None, Timestamp::MAX);
        for shard in shards {
            let Some(oldest) = shard.oldest() else { continue };
            match first {
                Some((_, lowest)) if lowest <= oldest => rival = rival.min(oldest),
                _ => {
                    rival = first.map_or(rival, |(_, lowest)| lowest);
                    first = Some((shard, oldest));
                }
            }
        }
        let Some((shard, _)) = first else { return false };
        if shard.take_oldest(rival) {
            return true;
        }
    }
}
