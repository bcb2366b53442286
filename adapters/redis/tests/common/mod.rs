//! Stores on servers of the test's own.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::sync::atomic::{AtomicU32, Ordering};

use sansession::{StoreKey, Timestamp, Write};
use sansession_redis::{Options, RedisStore};
use sansession_test_servers::{Redis, RedisCluster};

pub const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub const END: Timestamp = Timestamp::from_secs(1_700_003_600);
pub const KEY: StoreKey = StoreKey::from_bytes([0x5f; 16]);

/// A prefix that no other store of this test has.
pub fn prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("store-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An empty store on a server.
pub async fn empty(server: &Redis) -> RedisStore {
    Options::new().prefix(prefix()).connect(server.url()).await.expect("the server is there")
}

/// An empty store on a cluster.
pub async fn empty_on(cluster: &RedisCluster) -> RedisStore {
    let options = Options::new().prefix(prefix());
    options.connect_cluster(cluster.urls()).await.expect("the cluster is there")
}

pub fn anonymous(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, END)
}

pub fn bound(record: &[u8]) -> Write<'_> {
    anonymous(record).bound_to("ada")
}
