//! The Redis store under the conformance kit, on one server and on a cluster.

mod common;

use common::{empty, empty_on};
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
