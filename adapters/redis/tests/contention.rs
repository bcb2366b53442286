//! Many requests of one browser at once.

mod common;

use std::sync::Arc;

use common::site::Site;
use common::{NOW, empty, empty_on};
use sansession::{Config, Outcome};
use sansession_redis::RedisStore;
use sansession_test_servers::{Redis, RedisCluster};

const REQUESTS: u8 = 50;

async fn nothing_acknowledged_is_lost(store: RedisStore) {
    let (site, store) = (Arc::new(Site::new(Config::new())), Arc::new(store));
    let cookie: Arc<str> = site.start(&store, NOW).await.into();
    let requests: Vec<_> = (0..REQUESTS)
        .map(|number| {
            let (site, store) = (Arc::clone(&site), Arc::clone(&store));
            let cookie = Arc::clone(&cookie);
            tokio::spawn(async move {
                let key = format!("k{number}");
                let (answer, written) =
                    site.visit(&store, Some(&cookie), NOW, |it| it.insert(&key, &number)).await;
                written.expect("room");
                (number, answer.outcome)
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for request in requests {
        match request.await.expect("no panic") {
            (number, Outcome::Updated) => acknowledged.push(number),
            (_, outcome) => assert_eq!(outcome, Outcome::Conflict),
        }
    }
    assert!(!acknowledged.is_empty(), "each conflict has a winner");
    let (_, found) = site
        .visit(&store, Some(&cookie), NOW, |active| {
            let value = |number: &u8| active.get::<u8>(&format!("k{number}")).expect("a number");
            (0..REQUESTS).filter(|number| value(number) == Some(*number)).collect::<Vec<_>>()
        })
        .await;
    acknowledged.sort_unstable();
    assert_eq!(found, acknowledged, "what is there, and what was said to be");
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn one_server_loses_no_key_of_fifty_requests() {
    let Some(server) = Redis::start() else { return };
    nothing_acknowledged_is_lost(empty(&server).await).await;
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_loses_no_key_of_fifty_requests() {
    let Some(cluster) = RedisCluster::start() else { return };
    nothing_acknowledged_is_lost(empty_on(&cluster).await).await;
}
