//! The shortest store that keeps its word: a map behind a mutex. Run it, and the conformance kit checks it:
//!
//! ```sh
//! cargo run -p sansession-store --example own_store --features conformance
//! ```

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard};

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::conformance::Kit;
use sansession_store::{Created, Loaded, SendStore, Updated};

/// What stands under a key. The record is opaque: nothing here depends on what it says.
struct Row {
    record: Vec<u8>,
    meta: Meta,
    expires: Timestamp,
    principal: Option<String>,
}

impl Row {
    fn new(write: &Write<'_>, meta: Meta) -> Self {
        let principal = write.principal.map(str::to_owned);
        Self { record: write.record.to_vec(), meta, expires: write.expires, principal }
    }
}

#[derive(Default)]
struct OwnStore(Mutex<BTreeMap<StoreKey, Row>>);

impl OwnStore {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<StoreKey, Row>> {
        self.0.lock().expect("no call panics while it holds the lock")
    }
}

impl SendStore for OwnStore {
    type Error = Infallible;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Infallible> {
        let rows = self.rows();
        let Some(row) = rows.get(key) else { return Ok(Loaded::Missing) };
        // A record that does not fit is told by its length and not read.
        if let Some(place) = buffer.get_mut(..row.record.len()) {
            place.copy_from_slice(&row.record);
        }
        Ok(Loaded::Found { len: row.record.len(), meta: row.meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        let mut rows = self.rows();
        if rows.contains_key(key) {
            return Ok(Created::Conflict);
        }
        rows.insert(*key, Row::new(&write, Meta::new(Revision::FIRST, write.seen)));
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(key) else { return Ok(Updated::Missing) };
        if row.meta.revision != expected {
            return Ok(Updated::Conflict);
        }
        let seen = row.meta.seen.max(write.seen);
        *row = Row::new(&write, Meta::new(expected.next(), seen));
        Ok(Updated::Stored)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Infallible> {
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(key) else { return Ok(false) };
        row.meta.seen = row.meta.seen.max(seen);
        row.expires = row.expires.max(expires);
        Ok(true)
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        Ok(self.rows().remove(key).is_some())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        let mut rows = self.rows();
        let expired = rows.iter().filter(|(_, row)| row.expires <= now);
        let keys: Vec<StoreKey> = expired.map(|(key, _)| *key).take(limit).collect();
        for key in &keys {
            rows.remove(key);
        }
        Ok(keys.len())
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        let rows = self.rows();
        let bound = rows.iter().filter(|(_, row)| row.principal.as_deref() == Some(principal));
        let listed = bound.filter(|(key, _)| after.is_none_or(|after| *key > after));
        Ok(keys.iter_mut().zip(listed).map(|(place, (key, _))| *place = *key).count())
    }
}

fn main() {
    let report = pollster::block_on(Kit::new().run(&async || OwnStore::default()));
    println!("{report}");
    report.assert();
}

#[test]
fn conforms() {
    main();
}
