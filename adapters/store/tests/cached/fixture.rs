//! What the tests have in common: a key, times, a clock, and what a store holds.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use pollster::block_on;
use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Loaded, Store, Updated};

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
/// How old a copy may be.
pub(crate) const MAX_AGE: Duration = Duration::from_secs(10);

/// A clock that the test sets.
#[derive(Clone)]
pub(crate) struct Clock(Rc<Cell<Timestamp>>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Rc::new(Cell::new(NOW)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.get()
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.0.set(now);
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.set(self.now().after(span));
    }

    pub(crate) fn read(&self) -> impl Fn() -> Timestamp + Clone + use<> {
        let clock = self.clone();
        move || clock.now()
    }
}

pub(crate) fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

pub(crate) fn write(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, NOW.after(HOUR))
}

pub(crate) fn create(store: &impl Store, record: &[u8]) {
    let created = block_on(store.create(&key(1), write(record))).expect("it works");
    assert_eq!(created, Created::Stored);
}

pub(crate) fn update(store: &impl Store, expected: u64, record: &[u8]) -> Updated {
    let expected = Revision::new(expected);
    block_on(store.update(&key(1), expected, write(record))).expect("it works")
}

pub(crate) fn destroy(store: &impl Store) -> bool {
    block_on(store.destroy(&key(1))).expect("it works")
}

/// What a request reads at its start.
pub(crate) fn read(store: &impl Store) -> Option<(Vec<u8>, u64)> {
    load(store, Freshness::Cached).map(|(record, meta)| (record, meta.revision.get()))
}

/// What a request reads when it has lost a race.
pub(crate) fn latest(store: &impl Store) -> Option<(Vec<u8>, u64)> {
    load(store, Freshness::Latest).map(|(record, meta)| (record, meta.revision.get()))
}

pub(crate) fn load(store: &impl Store, freshness: Freshness) -> Option<(Vec<u8>, Meta)> {
    let mut buffer = [0; 64];
    match block_on(store.load(&key(1), &mut buffer, freshness)).expect("it works") {
        Loaded::Found { len, meta } => Some((buffer[..len].to_vec(), meta)),
        Loaded::Missing => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be none")]
pub(crate) fn held(record: &str, revision: u64) -> Option<(Vec<u8>, u64)> {
    Some((record.into(), revision))
}
