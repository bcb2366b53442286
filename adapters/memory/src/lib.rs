//! Sessions in memory: a bounded, sharded store for a server of one process, and for tests.
//!
//! ```
//! use getrandom::SysRng;
//! use pollster::block_on;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_memory::MemoryStore;
//! use sansession_store::{NoPause, close, open};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once: the sessions of a site, and room for 100,000 of them.
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let store = MemoryStore::new(100_000);
//!
//! // A request without a cookie, whose handler writes.
//! let mut slot = Slot::<[u8; 1024]>::new();
//! let now = Timestamp::from_secs(1_700_000_000);
//! let mut active = block_on(open(&sessions, &store, sessions.begin([], now, slot.erase())))?;
//! active.insert_str("colour", "blue")?;
//! let end = sessions.finish(active, Ending::Answered, now, &mut SysRng)?;
//! let finished = block_on(close(&sessions, &store, &NoPause, end));
//! let cookie = finished.reply.set_cookie(&sessions).ok_or("no cookie")?.to_string();
//! assert_eq!(store.len(), 1);
//!
//! // The next request brings the cookie.
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = block_on(open(&sessions, &store, sessions.begin([header], now, slot.erase())))?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # Ok(()) }
//! ```
//!
//! # What it keeps, and for how long
//!
//! At most as many records as [`MemoryStore::new`] is told, in total and exactly; how long each may be, the slots
//! decide. A record is one heap block: 37 bytes, the principal's name, and the record itself. With the table around
//! it, a session with one small value takes less than 185 bytes (`cargo test -p sansession-memory --test footprint --
//! --nocapture` prints how many). A block is overwritten with zeros before it is freed.
//!
//! In a full store a new session takes the place of, in this order:
//!
//! 1. sessions that have expired;
//! 2. the anonymous session that was seen least recently.
//!
//! A session that is bound to a principal is never evicted; when there is nothing else, the answer is
//! [`Created::Full`]. A record that grows is not refused.
//!
//! When the process ends, so do the sessions.
//!
//! # How it scales
//!
//! The table is split into shards of a few hundred records by the first bytes of the store key, which is random
//! already, so nothing is hashed. A lock is held for one look-up, or for one walk over one shard when a full store
//! makes room or a sweep finds something. Which shards to walk over is known from two bounds that each keeps: the time
//! before which nothing in it expires, and the time before which no anonymous session in it was last seen.
#![deny(missing_docs)]

mod block;

mod shard;

mod principals;

mod room;

use core::convert::Infallible;
use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};

use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, SendStore, Updated};

use crate::principals::Principals;
use crate::room::Room;
use crate::shard::Shard;

/// Records that a shard has when the store is full: few enough to walk over, enough to need few shards.
const SHARD: usize = 512;

/// Shards at most.
const MAX_SHARDS: usize = 1024;

/// A store in memory. See the [crate docs](crate) for what it keeps and what it evicts.
pub struct MemoryStore {
    shards: Box<[Shard]>,
    principals: Principals,
    room: Room,
    /// The shard where the next sweep begins.
    sweep: AtomicUsize,
}

impl MemoryStore {
    /// Makes a store for at most `capacity` records. Memory is taken as they come.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let shards = (capacity / SHARD).next_power_of_two().min(MAX_SHARDS);
        Self {
            shards: (0..shards).map(|_| Shard::new()).collect(),
            principals: Principals::new(shards),
            room: Room::new(capacity),
            sweep: AtomicUsize::new(0),
        }
    }

    /// Records that are there, expired ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.room.taken()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, key: &StoreKey) -> &Shard {
        let [low, high, ..] = *key.as_bytes();
        &self.shards[usize::from(u16::from_le_bytes([low, high])) & (self.shards.len() - 1)]
    }

    fn insert(&self, key: &StoreKey, write: Write<'_>) -> Created {
        let shard = self.shard(key);
        // Asked first, so that nothing is evicted for a key that is taken.
        if shard.contains(key) {
            return Created::Conflict;
        }
        if !self.room.take(&self.shards, &self.principals, write.seen) {
            return Created::Full;
        }
        if shard.insert(key, write, &self.principals) {
            Created::Stored
        } else {
            self.room.give_back(1);
            Created::Conflict
        }
    }

    /// Walks over at most `limit` shards in which something may have expired, starting where the last sweep stopped.
    fn take_expired(&self, now: Timestamp, limit: usize) -> usize {
        let first = self.sweep.load(Ordering::Relaxed);
        let (mut taken, mut walks) = (0, 0);
        for place in (first..first + self.shards.len()).map(|place| place % self.shards.len()) {
            if taken == limit || walks == limit {
                self.sweep.store(place, Ordering::Relaxed);
                break;
            }
            if self.shards[place].soonest() <= now {
                walks += 1;
                taken += self.shards[place].take_expired(now, limit - taken, &self.principals);
            }
        }
        self.room.give_back(taken);
        taken
    }
}

impl SendStore for MemoryStore {
    type Error = Infallible;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Infallible> {
        Ok(self.shard(key).load(key, buffer))
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        Ok(self.insert(key, write))
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        Ok(self.shard(key).update(key, expected, write, &self.principals))
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Infallible> {
        Ok(self.shard(key).touch(key, seen, expires))
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        let destroyed = self.shard(key).destroy(key, &self.principals);
        self.room.give_back(usize::from(destroyed));
        Ok(destroyed)
    }

    /// Takes at most `limit` records and walks over at most `limit` shards, so it may say 0 and leave something for the
    /// next call to find.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        Ok(self.take_expired(now, limit))
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        Ok(self.principals.list(principal, after, keys))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("len", &self.len())
            .field("capacity", &self.room.capacity())
            .finish_non_exhaustive()
    }
}
