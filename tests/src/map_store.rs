//! The plainest store: a map in memory that counts what is asked of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, Store, Updated};

/// What was asked of a store.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "they are named after the store's methods")]
pub enum Call {
    Load,
    Reload,
    Create,
    Update,
    Touch,
    Destroy,
    Sweep,
    List,
}

/// A record and what stands beside it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "they are named after what a store keeps")]
pub struct Row {
    pub record: Vec<u8>,
    pub revision: Revision,
    pub seen: Timestamp,
    pub expires: Timestamp,
    pub principal: Option<String>,
}

/// A map of rows. Its index of principals never forgets a key, so listings also name stale ones, as they may.
#[derive(Debug, Default)]
pub struct MapStore {
    rows: RefCell<BTreeMap<StoreKey, Row>>,
    index: RefCell<Vec<(String, StoreKey)>>,
    calls: RefCell<Vec<Call>>,
}

impl MapStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was asked since the last time, in order.
    pub fn take_calls(&self) -> Vec<Call> {
        self.calls.take()
    }

    /// Every row.
    pub fn rows(&self) -> BTreeMap<StoreKey, Row> {
        self.rows.borrow().clone()
    }

    /// The only row.
    ///
    /// # Panics
    /// If there is not exactly one.
    pub fn only(&self) -> (StoreKey, Row) {
        let rows = self.rows();
        assert_eq!(rows.len(), 1, "records in the store");
        rows.into_iter().next().expect("one row")
    }

    /// Puts a row, as an older build or a broken disk would.
    pub fn put(&self, key: StoreKey, row: Row) {
        self.rows.borrow_mut().insert(key, row);
    }

    /// Changes the bytes of the only record.
    pub fn tamper(&self, change: impl FnOnce(&mut Vec<u8>)) {
        let (key, mut row) = self.only();
        change(&mut row.record);
        self.put(key, row);
    }

    fn note(&self, call: Call) {
        self.calls.borrow_mut().push(call);
    }
}

/// The index.
impl MapStore {
    /// Adds an entry to the index, and nothing else: what a crash may leave.
    pub fn enter(&self, key: &StoreKey, principal: Option<&str>) {
        if let Some(principal) = principal {
            let entry = (principal.to_owned(), *key);
            let mut index = self.index.borrow_mut();
            if !index.contains(&entry) {
                index.push(entry);
            }
        }
    }
}

impl Store for MapStore {
    type Error = Infallible;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Infallible> {
        self.note(if freshness == Freshness::Latest { Call::Reload } else { Call::Load });
        let rows = self.rows.borrow();
        let Some(row) = rows.get(key) else { return Ok(Loaded::Missing) };
        let len = row.record.len();
        if let Some(place) = buffer.get_mut(..len) {
            place.copy_from_slice(&row.record);
        }
        Ok(Loaded::Found { len, meta: Meta::new(row.revision, row.seen) })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        self.note(Call::Create);
        if self.rows.borrow().contains_key(key) {
            return Ok(Created::Conflict);
        }
        self.enter(key, write.principal);
        self.put(*key, row(write, Revision::FIRST, write.seen));
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        self.note(Call::Update);
        let Some((revision, seen)) =
            self.rows.borrow().get(key).map(|row| (row.revision, row.seen))
        else {
            return Ok(Updated::Missing);
        };
        if revision != expected {
            return Ok(Updated::Conflict);
        }
        self.enter(key, write.principal);
        self.put(*key, row(write, revision.next(), seen.max(write.seen)));
        Ok(Updated::Stored)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Infallible> {
        self.note(Call::Touch);
        let mut rows = self.rows.borrow_mut();
        let Some(row) = rows.get_mut(key) else { return Ok(false) };
        row.seen = row.seen.max(seen);
        row.expires = row.expires.max(expires);
        Ok(true)
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        self.note(Call::Destroy);
        Ok(self.rows.borrow_mut().remove(key).is_some())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        self.note(Call::Sweep);
        let mut rows = self.rows.borrow_mut();
        let expired: Vec<_> =
            rows.iter().filter(|(_, row)| row.expires <= now).map(|(key, _)| *key).collect();
        Ok(expired.iter().take(limit).filter(|key| rows.remove(key).is_some()).count())
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        self.note(Call::List);
        let index = self.index.borrow();
        let theirs = index.iter().filter(|(name, _)| name == principal).map(|(_, key)| *key);
        let mut theirs: Vec<_> =
            theirs.filter(|key| after.is_none_or(|after| key > after)).collect();
        theirs.sort_unstable();
        let count = theirs.len().min(keys.len());
        keys[..count].copy_from_slice(&theirs[..count]);
        Ok(count)
    }
}

fn row(write: Write<'_>, revision: Revision, seen: Timestamp) -> Row {
    Row {
        record: write.record.to_vec(),
        revision,
        seen,
        expires: write.expires,
        principal: write.principal.map(str::to_owned),
    }
}
