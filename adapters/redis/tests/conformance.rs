//! The Redis store under the conformance kit, on one server and on a cluster.

mod common;

use std::time::Duration;

use common::{KEY, NOW, bound, empty, empty_on, prefix};
use sansession::{StoreKey, Write};
use sansession_redis::Options;
use sansession_store::SendStore as _;
use sansession_store::conformance::Kit;
use sansession_test_servers::{Redis, RedisCluster};

fn kit() -> Kit {
    Kit::new().expires_by_itself()
}

// promise: S1 S2
#[tokio::test(flavor = "multi_thread")]
async fn one_server_conforms() {
    let Some(server) = Redis::start() else { return };
    kit().run(async || empty(&server).await).await.assert();
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn one_server_conforms_in_parallel() {
    let Some(server) = Redis::start() else { return };
    let spawn = |task| drop(tokio::spawn(task));
    kit().run_parallel(async || empty(&server).await, spawn).await.assert();
}

// promise: S1 S2
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_conforms() {
    let Some(cluster) = RedisCluster::start() else { return };
    kit().run(async || empty_on(&cluster).await).await.assert();
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_conforms_in_parallel() {
    let Some(cluster) = RedisCluster::start() else { return };
    let spawn = |task| drop(tokio::spawn(task));
    kit().run_parallel(async || empty_on(&cluster).await, spawn).await.assert();
}

// promise: S1
#[tokio::test(flavor = "multi_thread")]
async fn the_rights_that_the_docs_name_are_enough() {
    let docs = include_str!("../src/lib.rs");
    let rights = docs.split("resetchannels ").nth(1).and_then(|rest| rest.split("```").next());
    let rights = rights.expect("the docs name them").replace("//!", "");
    let Some(server) = Redis::start() else { return };
    let rights: Vec<&str> = rights.split_whitespace().collect();
    let user = format!("ACL SETUSER app on >secret ~store-* resetchannels {}", rights.join(" "));
    assert_eq!(server.ask(&user).expect("an answer"), "+OK");
    let url = format!("redis://app:secret@127.0.0.1:{}/", server.port());
    let make = async || {
        let wait = Options::new().prefix(prefix()).wait_replicas(0, Duration::from_secs(1));
        wait.connect(&*url).await.expect("it is let in")
    };
    kit().run(make).await.assert();

    // What the kit does not see: whether the index is tidied up.
    let store = make().await;
    store.create(&KEY, bound(b"one")).await.expect("it creates");
    store.destroy(&KEY).await.expect("it destroys");
    let listed = store.list("ada", None, &mut [StoreKey::default()]).await;
    assert_eq!(listed.expect("it lists"), 0);
    let over = Write::new(b"one", NOW, NOW).bound_to("ada");
    store.create(&KEY, over).await.expect("it creates");
    for _ in 0..256 {
        store.sweep(NOW, 10).await.expect("it sweeps");
    }
    store.concerns().await.expect("it may ask");
}
