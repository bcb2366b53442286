//! Everything once more where sessions are kept elsewhere: the rest runs over
//! an SQLite file.

use std::env;
use std::process::Command;

use sansession_demo_tests::demo::STORE;
use sansession_test_servers::{Postgres, Redis, RedisCluster};

/// What a browser does is the same over any store, and these tests choose
/// their own.
const SKIPPED: [&str; 4] = ["browser::", "a_browser_", "carried::", "elsewhere::"];

/// Runs this program again.
#[track_caller]
fn again(store: &str, skipped: &[&str]) {
    let mut tests = Command::new(env::current_exe().expect("this program has a path"));
    for skipped in SKIPPED.iter().chain(skipped) {
        tests.args(["--skip", skipped]);
    }
    let output = tests.env(STORE, store).output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "over {store}:\n{told}");
    assert!(!told.contains("running 0 tests"), "over {store}:\n{told}");
}

// promise: S1
#[test]
fn all_of_this_holds_in_memory_too() {
    again("memory", &["stored::restart::"]);
}

// promise: S1
#[test]
fn all_of_this_holds_in_files_too() {
    again("file:sessions", &[]);
}

// promise: S3
#[test]
fn all_of_this_holds_behind_a_cache_too() {
    again("cached:sqlite:sessions.db", &[]);
}

// promise: S1
#[test]
fn all_of_this_holds_in_postgresql_too() {
    let Some(server) = Postgres::start() else { return };
    again(&format!("postgres:{}", server.url()), &[]);
}

// promise: S1
#[test]
fn all_of_this_holds_in_redis_too() {
    let Some(server) = Redis::start() else { return };
    again(&format!("redis:{}", server.url()), &[]);
}

// promise: S1
#[test]
fn all_of_this_holds_in_a_redis_cluster_too() {
    let Some(cluster) = RedisCluster::start() else { return };
    again(&format!("redis-cluster:{}", cluster.urls().join(",")), &[]);
}

// promise: Which holds where
#[test]
fn what_needs_no_store_holds_in_signed_cookies_too() {
    again("cookie", &["stored::"]);
}

// promise: Which holds where
#[test]
fn what_needs_no_store_holds_in_sealed_cookies_too() {
    again("sealed-cookie", &["stored::"]);
}
