//! A store in a map that counts its calls, fails when told to, and can be slow.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, ErrorKind, Loaded, SendStore, StoreError, Updated};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    Load,
    Create,
    Update,
    Touch,
    Destroy,
    Sweep,
}

#[derive(Default)]
pub(crate) struct Shelf {
    records: Mutex<HashMap<StoreKey, Kept>>,
    calls: Mutex<Vec<Call>>,
    broken: Mutex<Vec<Call>>,
    slow: Mutex<Option<Duration>>,
    pub(crate) full: Mutex<bool>,
}

#[derive(Clone)]
struct Kept {
    record: Vec<u8>,
    meta: Meta,
    expires: Timestamp,
}

/// What a store says when it is told to fail.
#[derive(Debug)]
pub(crate) struct Broken;

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
    pub(crate) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    pub(crate) fn breaks(&self, call: Call) {
        self.broken.lock().unwrap().push(call);
    }

    pub(crate) fn heals(&self) {
        self.broken.lock().unwrap().clear();
    }

    pub(crate) fn slows(&self, by: Duration) {
        *self.slow.lock().unwrap() = Some(by);
    }

    /// Every record, in no order.
    pub(crate) fn records(&self) -> Vec<Vec<u8>> {
        self.records.lock().unwrap().values().map(|kept| kept.record.clone()).collect()
    }

    async fn begin(&self, call: Call) -> Result<(), Broken> {
        self.calls.lock().unwrap().push(call);
        let slow = *self.slow.lock().unwrap();
        if let Some(by) = slow {
            tokio::time::sleep(by).await;
        }
        if self.broken.lock().unwrap().contains(&call) { Err(Broken) } else { Ok(()) }
    }
}

fn kept(write: Write<'_>, revision: Revision) -> Kept {
    Kept {
        record: write.record.to_vec(),
        meta: Meta::new(revision, write.seen),
        expires: write.expires,
    }
}

impl SendStore for Shelf {
    type Error = Broken;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Broken> {
        self.begin(Call::Load).await?;
        let records = self.records.lock().unwrap();
        let Some(kept) = records.get(key) else { return Ok(Loaded::Missing) };
        let len = kept.record.len();
        if let Some(place) = buffer.get_mut(..len) {
            place.copy_from_slice(&kept.record);
        }
        Ok(Loaded::Found { len, meta: kept.meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Broken> {
        self.begin(Call::Create).await?;
        if *self.full.lock().unwrap() {
            return Ok(Created::Full);
        }
        self.records.lock().unwrap().insert(*key, kept(write, Revision::FIRST));
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Broken> {
        self.begin(Call::Update).await?;
        let mut records = self.records.lock().unwrap();
        Ok(match records.get_mut(key) {
            None => Updated::Missing,
            Some(found) if found.meta.revision != expected => Updated::Conflict,
            Some(found) => {
                *found = kept(write, expected.next());
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
        Ok(self.records.lock().unwrap().get_mut(key).is_some_and(|found| {
            found.meta.seen = found.meta.seen.max(seen);
            found.expires = found.expires.max(expires);
            true
        }))
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Broken> {
        self.begin(Call::Destroy).await?;
        Ok(self.records.lock().unwrap().remove(key).is_some())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Broken> {
        self.begin(Call::Sweep).await?;
        let mut records = self.records.lock().unwrap();
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
