//! A cache that is always one write behind.

use std::cell::RefCell;
use std::convert::Infallible;

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_memory::MemoryStore;
use sansession_store::{Created, Loaded, Store, Updated};

/// Says that it did what it was told, and does it when it is told the next thing.
pub(crate) struct Behind {
    inner: MemoryStore,
    pending: RefCell<Option<Change>>,
}

enum Change {
    Create(StoreKey, Vec<u8>, [Timestamp; 2]),
    Destroy(StoreKey),
}

impl Behind {
    pub(crate) fn new() -> Self {
        Self { inner: MemoryStore::new(1024), pending: RefCell::default() }
    }

    async fn turn(&self, next: Change) {
        match self.pending.replace(Some(next)) {
            None => {}
            Some(Change::Create(key, record, [seen, expires])) => {
                let Ok(_) =
                    Store::create(&self.inner, &key, Write::new(&record, seen, expires)).await;
            }
            Some(Change::Destroy(key)) => {
                let Ok(_) = Store::destroy(&self.inner, &key).await;
            }
        }
    }
}

impl Store for Behind {
    type Error = Infallible;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Infallible> {
        Store::load(&self.inner, key, buffer, freshness).await
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        let times = [write.seen, write.expires];
        self.turn(Change::Create(*key, write.record.into(), times)).await;
        Ok(Created::Stored)
    }

    async fn update(&self, _: &StoreKey, _: Revision, _: Write<'_>) -> Result<Updated, Infallible> {
        panic!("copies are put and dropped, never changed")
    }

    async fn touch(&self, _: &StoreKey, _: Timestamp, _: Timestamp) -> Result<bool, Infallible> {
        panic!("copies are put and dropped, never touched")
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        self.turn(Change::Destroy(*key)).await;
        Ok(true)
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        Store::sweep(&self.inner, now, limit).await
    }

    async fn list(
        &self,
        _: &str,
        _: Option<&StoreKey>,
        _: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        panic!("copies are bound to nobody")
    }
}
