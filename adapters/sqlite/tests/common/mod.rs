//! What the tests have in common: times, records, and a store in a folder of its own.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_sqlite::SqliteStore;
use sansession_store::{Loaded, SendStore as _};
pub use sansession_test_servers::Scratch;

pub const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub const END: Timestamp = Timestamp::from_secs(1_700_003_600);
pub const KEY: StoreKey = StoreKey::from_bytes([0x5f; 16]);

pub fn anonymous(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, END)
}

pub fn bound(record: &[u8]) -> Write<'_> {
    anonymous(record).bound_to("ada")
}

pub fn open(scratch: &Scratch) -> SqliteStore {
    SqliteStore::open(scratch.file("sessions.db")).expect("it opens")
}

/// The record under a key and its revision.
pub async fn load(store: &SqliteStore, key: &StoreKey) -> Option<(Vec<u8>, Revision)> {
    let mut buffer = vec![0; 1 << 16];
    match store.load(key, &mut buffer, Freshness::Latest).await.expect("it loads") {
        Loaded::Found { len, meta } => {
            buffer.truncate(len);
            Some((buffer, meta.revision))
        }
        Loaded::Missing => None,
    }
}
