//! A store behind a cache that has fallen behind.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, Store, Updated};

use crate::map_store::{MapStore, Row};

/// Answers [`Freshness::Cached`] from what it last [remembered](Stale::remember), and the rest from the store.
#[derive(Debug, Default)]
pub struct Stale {
    /// The store itself.
    pub inner: MapStore,
    cache: RefCell<BTreeMap<StoreKey, Row>>,
}

impl Stale {
    /// An empty store with an empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the store as it is into the cache.
    pub fn remember(&self) {
        self.cache.replace(self.inner.rows());
    }
}

impl Store for Stale {
    type Error = Infallible;

    const CACHED: bool = true;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Infallible> {
        if freshness == Freshness::Latest {
            return self.inner.load(key, buffer, freshness).await;
        }
        let cache = self.cache.borrow();
        let Some(row) = cache.get(key) else { return Ok(Loaded::Missing) };
        let len = row.record.len();
        if let Some(place) = buffer.get_mut(..len) {
            place.copy_from_slice(&row.record);
        }
        Ok(Loaded::Found { len, meta: Meta::new(row.revision, row.seen) })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        self.inner.create(key, write).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        self.inner.update(key, expected, write).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Infallible> {
        self.inner.touch(key, seen, expires).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        self.inner.destroy(key).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        self.inner.sweep(now, limit).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        self.inner.list(principal, after, keys).await
    }
}
