//! A cache in front of a durable store.
//!
//! In: two stores, how old a copy may grow, and a clock. Out: a store that answers as the durable one does, and reads
//! from the cache what is young enough. It refuses to let the cache decide anything.

use alloc::vec::Vec;
use core::fmt;
use core::future::Future;
use core::time::Duration;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};

use crate::contract::{Created, Loaded, SendStore, Store, StoreError, Updated};
use crate::level::Level;
use crate::local::Local;
use crate::packed::{HEAD, Head};

/// A store that is read through a cache.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use pollster::block_on;
/// use sansession::{Freshness, StoreKey, Timestamp, Write};
/// use sansession_memory::MemoryStore;
/// use sansession_store::{Cached, Loaded, SendStore, StoreError};
///
/// # fn main() -> Result<(), impl StoreError> {
/// // A cache of this process, and what stands for a database here.
/// let (near, database) = (MemoryStore::new(10_000), MemoryStore::new(1_000_000));
/// let start = Instant::now();
/// let clock = move || Timestamp::ZERO.after(start.elapsed());
/// let store = Cached::new(near, database, Duration::from_secs(10), clock)
///     .on_cache_failure(|error| eprintln!("{}: {error}", error.kind()));
///
/// let (key, now) = (StoreKey::from_bytes([7; 16]), Timestamp::from_secs(1_700_000_000));
/// let write = Write::new(b"record", now, now.after(Duration::from_secs(3600)));
/// block_on(store.create(&key, write))?;
/// let mut buffer = [0; 512];
/// let found = block_on(store.load(&key, &mut buffer, Freshness::Cached))?;
/// assert!(matches!(found, Loaded::Found { len: 6, .. }), "and the database was not asked");
/// # Ok::<_, core::convert::Infallible>(()) }
/// ```
///
/// # What it does
///
/// | call | cache | durable store |
/// |---|---|---|
/// | load | a copy that is younger than the bound is the answer | else asked; what it finds is copied |
/// | load of the latest | not asked | asked |
/// | create | copied, once it is stored | asked |
/// | update | copy dropped before; copied, once it is stored | asked |
/// | touch | copy dropped after | asked |
/// | destroy | copy dropped before, and a mark put in its place | asked |
/// | sweep | swept too | asked |
/// | list | not asked | asked |
///
/// What a write may do, and what a request that lost a race reads again, is the durable store's answer alone. That a
/// session is *not* there is never an answer of the cache. A failure of the durable store is a failure; one of the cache
/// is told to [`on_cache_failure`](Cached::on_cache_failure) and otherwise as if it held nothing. What the cache does not
/// answer is waited for, so give its client a short time-out.
///
/// # How old an answer may be (promise S3)
///
/// **Writes are refused at once, everywhere. What is read was true at some moment of the last `max_age`.** So after a
/// logout (L4) or a new id (L2), a node with a cache of its own can go on *showing* what the session held for as long as
/// that, and change nothing in it. If the durable store has such a bound itself, both add up.
///
/// The bound does not depend on the cache. Each copy carries the time before which the durable store was asked for it,
/// and one that is too old, or from a time ahead, is no answer, whatever the cache thinks of it. A cache that forgets,
/// fails or is always late is of less use, and no copy in it is an answer for longer. That is why there is a clock:
/// [`Store::load`] is told no time, and a cache's own expiry would be a promise of the cache.
///
/// Requests that share a cache see each other's logouts and new ids at once, as a rule:
///
/// - The copy is dropped *before* the durable store is asked to change the session. If the process dies between the two,
///   or the request is dropped, the durable store has the word, whatever it holds. The other way round, every such death
///   would leave a copy of a session that has ended.
/// - A copy is only ever put where nothing is. So a slow read, which asked before a change, finds the place taken: by the
///   new record, or by the mark of a logout. The mark is no answer; it keeps copies out for `max_age`.
/// - The copy is dropped once more if another one has come between, or if it is not known what became of a change.
///
/// The exceptions are a cache that forgets, and three requests on one session within the same moment. For them, there is
/// the bound.
///
/// # Which clock
///
/// For a cache in the memory of this process, one that nobody sets, as above. For a cache that outlives the process, or
/// that several nodes share, the host's: what it is set back by, and the difference of the nodes' clocks, add to the
/// bound. It need not have the epoch that requests are timed by.
///
/// # What is in the cache
///
/// A value as [`from_fns`](crate::from_fns) saves it, with the time before which the durable store was asked in the
/// place of the end; the mark is one of revision 0 without a record. Each ends `max_age` after that time: a cache with an
/// expiry of its own drops it then, another one is swept. None is bound to a principal. Records that leave less than 21
/// bytes of their half of a slot are not cached. Whoever can write into the cache can write into sessions: trust it like
/// the durable store.
///
/// The level is that of the durable store. The cache may be [basic](Level::Basic).
pub struct Cached<C, S, K, H = fn(&dyn StoreError)> {
    cache: C,
    durable: S,
    max_age: Duration,
    clock: K,
    on_cache_failure: H,
}

impl<C, S, K> Cached<C, S, K>
where
    K: Fn() -> Timestamp,
{
    /// Puts `cache` in front of `durable`. A copy is an answer until it is `max_age` old by `clock`.
    #[must_use]
    pub fn new(cache: C, durable: S, max_age: Duration, clock: K) -> Self {
        Self { cache, durable, max_age, clock, on_cache_failure: |_| {} }
    }
}

impl<C, S, K, H> Cached<C, S, K, H> {
    /// Tells `hook` of every failed call to the cache, for a log or a counter. Nobody is told if there is none.
    #[must_use]
    pub fn on_cache_failure<I>(self, hook: I) -> Cached<C, S, K, I>
    where
        I: Fn(&dyn StoreError),
    {
        let Self { cache, durable, max_age, clock, .. } = self;
        Cached { cache, durable, max_age, clock, on_cache_failure: hook }
    }
}

/// Stands beside no record: a copy with it says that the session is ending, or has ended.
const ENDING: Meta = Meta::new(Revision::new(0), Timestamp::ZERO);

/// What the cache knows.
enum Look {
    /// A copy that is an answer.
    Copy { len: usize, meta: Meta },
    /// Nothing: there is a place for a copy.
    Nothing,
    /// A copy that is no answer.
    Old,
    /// That the session is ending, or nothing that it can tell: no place for a copy.
    Closed,
}

impl<C, S, K, H> Cached<C, S, K, H>
where
    C: Store,
    S: Store,
    K: Fn() -> Timestamp,
    H: Fn(&dyn StoreError),
{
    /// The answer of the cache, if it gave one.
    fn heard<T>(&self, answer: Result<T, C::Error>) -> Option<T> {
        answer.inspect_err(|error| (self.on_cache_failure)(error)).ok()
    }

    /// Looks for a copy, and reads it into `buffer`; and tells the time, at which it was young enough.
    async fn look(&self, key: &StoreKey, buffer: &mut [u8]) -> (Look, Timestamp) {
        let found = self.heard(self.cache.load(key, buffer, Freshness::Latest).await);
        let now = (self.clock)();
        let look = match found {
            None => Look::Closed,
            Some(Loaded::Missing) => Look::Nothing,
            Some(Loaded::Found { len, .. }) => match buffer.get(..len).map(Head::split) {
                // With its head it does not fit. Somebody's longer slot can read it.
                None => Look::Closed,
                Some(Ok((head, _))) if head.meta == ENDING && self.is_young(head.time, now) => {
                    Look::Closed
                }
                Some(Ok((head, record))) if self.is_young(head.time, now) => {
                    let len = record.len();
                    buffer.copy_within(HEAD..HEAD.saturating_add(len), 0);
                    Look::Copy { len, meta: head.meta }
                }
                Some(_) => Look::Old,
            },
        };
        (look, now)
    }

    /// Whether a copy of what was true at `time`, or later, is an answer now. One from ahead is of a clock that was set.
    fn is_young(&self, time: Timestamp, now: Timestamp) -> bool {
        time <= now && now.since(time) < self.max_age
    }

    /// Takes the copy away.
    async fn forget(&self, key: &StoreKey) {
        self.heard(self.cache.destroy(key).await);
    }

    /// Puts a value where there is none.
    async fn put(&self, key: &StoreKey, value: &[u8], asked: Timestamp) -> Option<Created> {
        let write = Write::new(value, asked, asked.after(self.max_age));
        self.heard(self.cache.create(key, write).await)
    }

    /// Copies what has been read into `buffer`, from there.
    async fn copy(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        len: usize,
        meta: Meta,
        asked: Timestamp,
    ) {
        let Some(place) = buffer.get_mut(..HEAD.saturating_add(len)) else { return };
        place.copy_within(..len, HEAD);
        if let Some(head) = place.first_chunk_mut() {
            *head = Head { meta, time: asked }.to_bytes();
        }
        self.put(key, place, asked).await;
        place.copy_within(HEAD.., 0);
    }

    /// Copies what has been written.
    async fn copy_written(&self, key: &StoreKey, record: &[u8], meta: Meta, asked: Timestamp) {
        let head = Head { meta, time: asked }.to_bytes();
        let mut value = Vec::with_capacity(HEAD.saturating_add(record.len()));
        value.extend_from_slice(&head);
        value.extend_from_slice(record);
        if self.put(key, &value, asked).await == Some(Created::Conflict) {
            // Which of the two is newer is not known, but by the durable store.
            self.forget(key).await;
        }
    }

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, S::Error> {
        if freshness == Freshness::Latest {
            return self.durable.load(key, buffer, freshness).await;
        }
        let (look, asked) = self.look(key, buffer).await;
        match look {
            Look::Copy { len, meta } => return Ok(Loaded::Found { len, meta }),
            // Before the durable store is asked, so that it is not what somebody else has put there meanwhile.
            Look::Old => self.forget(key).await,
            Look::Nothing | Look::Closed => {}
        }
        let loaded = self.durable.load(key, buffer, freshness).await?;
        if let (Loaded::Found { len, meta }, Look::Nothing | Look::Old) = (loaded, look) {
            self.copy(key, buffer, len, meta, asked).await;
        }
        Ok(loaded)
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, S::Error> {
        let asked = (self.clock)();
        let created = self.durable.create(key, write).await?;
        if created == Created::Stored {
            let meta = Meta::new(Revision::FIRST, write.seen);
            self.copy_written(key, write.record, meta, asked).await;
        }
        Ok(created)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, S::Error> {
        self.forget(key).await;
        let asked = (self.clock)();
        let updated = self.durable.update(key, expected, write).await;
        match &updated {
            Ok(Updated::Stored) => {
                let meta = Meta::new(expected.next(), write.seen);
                self.copy_written(key, write.record, meta, asked).await;
            }
            Ok(_) => {}
            // It may be stored, and what was read in between copied.
            Err(_) => self.forget(key).await,
        }
        updated
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, S::Error> {
        let touched = self.durable.touch(key, seen, expires).await;
        // A copy that does not know of it would have every request touch again.
        if !matches!(touched, Ok(false)) {
            self.forget(key).await;
        }
        touched
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, S::Error> {
        self.forget(key).await;
        let mark = Head { meta: ENDING, time: (self.clock)() };
        let marked = self.put(key, &mark.to_bytes(), mark.time).await;
        let destroyed = self.durable.destroy(key).await;
        if marked == Some(Created::Conflict) {
            // Somebody has put a copy in between.
            self.forget(key).await;
        }
        destroyed
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, S::Error> {
        let swept = self.durable.sweep(now, limit).await;
        self.heard(self.cache.sweep((self.clock)(), limit).await);
        swept
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, S::Error> {
        self.durable.list(principal, after, keys).await
    }
}

impl<C, S, K, H> SendStore for Cached<C, S, K, H>
where
    C: SendStore,
    S: SendStore,
    K: Fn() -> Timestamp + Send + Sync,
    H: Fn(&dyn StoreError) + Send + Sync,
{
    type Error = S::Error;

    const CACHED: bool = true;

    const LEVEL: Level = S::LEVEL;

    forward!(self: Cached => self, S::Error, Send);
}

impl<C, S, K, H> Store for Local<Cached<C, S, K, H>>
where
    C: Store,
    S: Store,
    K: Fn() -> Timestamp,
    H: Fn(&dyn StoreError),
{
    type Error = S::Error;

    const CACHED: bool = true;

    const LEVEL: Level = S::LEVEL;

    forward!(self: Cached => &self.0, S::Error);
}

impl<C, S, K, H> fmt::Debug for Cached<C, S, K, H>
where
    C: fmt::Debug,
    S: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("cache", &self.cache)
            .field("durable", &self.durable)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}
