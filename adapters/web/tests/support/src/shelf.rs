//! A store in a map that counts its calls, fails when told to, and can hold a call back.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, ErrorKind, Loaded, Store, StoreError, Updated};
use tokio::sync::Notify;

/// A call of the store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Call {
    /// `load`
    Load,
    /// `create`
    Create,
    /// `update`
    Update,
    /// `touch`
    Touch,
    /// `destroy`
    Destroy,
    /// `sweep`
    Sweep,
}

/// The store. It belongs to one thread, as a device's may.
#[derive(Default)]
pub struct Shelf {
    records: RefCell<BTreeMap<StoreKey, Kept>>,
    calls: RefCell<Vec<Call>>,
    broken: RefCell<Vec<Call>>,
    held: Cell<Option<Call>>,
    reached: Notify,
    released: Notify,
    full: Cell<bool>,
    remains: Cell<usize>,
}

#[derive(Clone)]
struct Kept {
    record: Vec<u8>,
    meta: Meta,
    expires: Timestamp,
}

/// What a store says when it is told to fail.
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shelf is broken")
    }
}

impl Error for Broken {}

impl StoreError for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

impl Shelf {
    /// The calls since this was last asked.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.take()
    }

    /// Makes a call fail.
    pub fn breaks(&self, call: Call) {
        self.broken.borrow_mut().push(call);
    }

    /// Makes nothing fail any more.
    pub fn heals(&self) {
        self.broken.borrow_mut().clear();
    }

    /// Takes no new record.
    pub fn fills(&self) {
        self.full.set(true);
    }

    /// Holds the next call of this kind back until it is released.
    pub fn holds(&self, call: Call) {
        self.held.set(Some(call));
    }

    /// Waits until a held call is there.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Lets the held call go on.
    pub fn releases(&self) {
        self.released.notify_one();
    }

    /// The most bytes that an earlier request left in a buffer that a record was to be read into.
    pub fn remains(&self) -> usize {
        self.remains.get()
    }

    /// Every record, by key.
    pub fn records(&self) -> Vec<Vec<u8>> {
        self.records.borrow().values().map(|kept| kept.record.clone()).collect()
    }

    async fn begin(&self, call: Call) -> Result<(), Broken> {
        self.calls.borrow_mut().push(call);
        if self.held.get() == Some(call) {
            self.held.set(None);
            self.reached.notify_one();
            self.released.notified().await;
        }
        if self.broken.borrow().contains(&call) { Err(Broken) } else { Ok(()) }
    }
}

fn kept(write: &Write<'_>, revision: Revision) -> Kept {
    Kept {
        record: write.record.to_vec(),
        meta: Meta::new(revision, write.seen),
        expires: write.expires,
    }
}

impl Store for Shelf {
    type Error = Broken;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Broken> {
        let remains = buffer.iter().filter(|byte| **byte != 0).count();
        self.remains.set(self.remains.get().max(remains));
        self.begin(Call::Load).await?;
        let records = self.records.borrow();
        let Some(kept) = records.get(key) else { return Ok(Loaded::Missing) };
        let len = kept.record.len();
        if let Some(place) = buffer.get_mut(..len) {
            place.copy_from_slice(&kept.record);
        }
        Ok(Loaded::Found { len, meta: kept.meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Broken> {
        self.begin(Call::Create).await?;
        if self.full.get() {
            return Ok(Created::Full);
        }
        self.records.borrow_mut().insert(*key, kept(&write, Revision::FIRST));
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Broken> {
        self.begin(Call::Update).await?;
        let mut records = self.records.borrow_mut();
        Ok(match records.get_mut(key) {
            None => Updated::Missing,
            Some(found) if found.meta.revision != expected => Updated::Conflict,
            Some(found) => {
                *found = kept(&write, expected.next());
                Updated::Stored
            }
        })
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Broken> {
        self.begin(Call::Touch).await?;
        Ok(self.records.borrow_mut().get_mut(key).is_some_and(|found| {
            found.meta.seen = found.meta.seen.max(seen);
            found.expires = found.expires.max(expires);
            true
        }))
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Broken> {
        self.begin(Call::Destroy).await?;
        Ok(self.records.borrow_mut().remove(key).is_some())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Broken> {
        self.begin(Call::Sweep).await?;
        let mut records = self.records.borrow_mut();
        let expired = records.iter().filter(|(_, kept)| kept.expires <= now).map(|(key, _)| *key);
        let expired: Vec<_> = expired.take(limit).collect();
        for key in &expired {
            records.remove(key);
        }
        Ok(expired.len())
    }

    async fn list(
        &self,
        _: &str,
        _: Option<&StoreKey>,
        _: &mut [StoreKey],
    ) -> Result<usize, Broken> {
        Ok(0)
    }
}
