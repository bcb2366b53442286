//! Stores on servers of the test's own.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

pub mod proxy;

pub mod site;

use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_redis::{Options, RedisError, RedisStore};
use sansession_store::{Loaded, SendStore as _};
use sansession_test_servers::{Redis, RedisCluster};
use tokio::time::sleep;

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

/// A key of its own for each number.
pub fn key(number: u32) -> StoreKey {
    let mut bytes = [0x5f; 16];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    StoreKey::from_bytes(bytes)
}

/// What is there, and its revision.
pub async fn load(
    store: &RedisStore,
    key: &StoreKey,
) -> Result<Option<(Vec<u8>, Revision)>, RedisError> {
    let mut buffer = vec![0; 8192];
    Ok(match store.load(key, &mut buffer, Freshness::Latest).await? {
        Loaded::Found { len, meta } => Some((buffer[..len].to_vec(), meta.revision)),
        Loaded::Missing => None,
    })
}

/// Tries until it works, for at most a minute: after a failure that passes.
pub async fn until_it_works<T, E: Debug>(mut act: impl AsyncFnMut() -> Result<T, E>) -> T {
    let start = Instant::now();
    loop {
        match act().await {
            Ok(done) => return done,
            Err(error) if start.elapsed() > Duration::from_secs(60) => panic!("{error:?}"),
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// How often a server has run scripts.
pub fn scripts_run(server: &Redis) -> u64 {
    let text = server.ask("INFO commandstats").expect("it answers");
    let count = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let calls = line.and_then(|line| line.split([',', '=']).nth(1));
        calls.map_or(0, |calls| calls.parse::<u64>().expect("a number"))
    };
    count("cmdstat_evalsha:") + count("cmdstat_eval:")
}

pub fn anonymous(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, END)
}

pub fn bound(record: &[u8]) -> Write<'_> {
    anonymous(record).bound_to("ada")
}
