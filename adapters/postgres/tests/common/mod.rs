//! What the tests have in common: times, records, and tables of their own in a server.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test takes what it needs")]

use std::sync::atomic::{AtomicU32, Ordering};

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_postgres::tokio_postgres::{self, Client};
use sansession_postgres::{NoTls, Options, PostgresStore};
use sansession_store::{Loaded, SendStore as _};
pub use sansession_test_servers::{PASSWORD, Postgres, Proxy};

pub const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub const END: Timestamp = Timestamp::from_secs(1_700_003_600);
pub const KEY: StoreKey = StoreKey::from_bytes([0x5f; 16]);

pub fn anonymous(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, END)
}

pub fn bound(record: &[u8]) -> Write<'_> {
    anonymous(record).bound_to("ada")
}

/// The name of a table that no other test of this process has.
pub fn new_table() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An empty store.
pub async fn store(server: &Postgres) -> PostgresStore {
    let options = Options::new().table(new_table());
    options.connect(&server.url(), NoTls).await.expect("it connects")
}

/// A connection of the test's own.
pub async fn client(server: &Postgres) -> Client {
    let (client, connection) =
        tokio_postgres::connect(&server.url(), NoTls).await.expect("it connects");
    tokio::spawn(connection);
    client
}

/// The record under a key and its revision.
pub async fn load(store: &PostgresStore, key: &StoreKey) -> Option<(Vec<u8>, Revision)> {
    let mut buffer = vec![0; 1 << 16];
    match store.load(key, &mut buffer, Freshness::Latest).await.expect("it loads") {
        Loaded::Found { len, meta } => {
            buffer.truncate(len);
            Some((buffer, meta.revision))
        }
        Loaded::Missing => None,
    }
}
