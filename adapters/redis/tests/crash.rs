//! Servers that are killed, stopped, or forget their scripts, in the middle of traffic.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{KEY, anonymous, bound, empty, key, load, until_it_works};
use sansession::{Revision, StoreKey};
use sansession_redis::RedisStore;
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _, Updated};
use sansession_test_servers::Redis;
use tokio::time::sleep;

const WRITERS: u32 = 8;

/// What a writer was told before the server was gone.
struct Told {
    key: StoreKey,
    /// The last count that was acknowledged.
    count: u64,
    /// Sessions that were acknowledged to be destroyed.
    destroyed: Vec<StoreKey>,
}

/// Counts in one record, and creates and destroys others, until something fails.
async fn write(store: Arc<RedisStore>, number: u32, done: Arc<AtomicU64>) -> Told {
    let mut told = Told { key: key(number), count: 0, destroyed: Vec::new() };
    store.create(&told.key, anonymous(&0_u64.to_le_bytes())).await.expect("it creates");
    loop {
        let next = (told.count + 1).to_le_bytes();
        match store.update(&told.key, Revision::new(told.count + 1), anonymous(&next)).await {
            Ok(updated) => assert_eq!(updated, Updated::Stored, "nobody else writes it"),
            Err(_) => return told,
        }
        told.count += 1;
        done.fetch_add(1, Ordering::SeqCst);
        let passing = key(1_000_000 * (number + 1) + u32::try_from(told.count).expect("few"));
        if store.create(&passing, bound(b"passing")).await.is_err() {
            return told;
        }
        if !store.destroy(&passing).await.unwrap_or(false) {
            return told;
        }
        told.destroyed.push(passing);
    }
}

// promise: S2 L4 L5
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let Some(mut server) = Redis::start() else { return };
    let store = Arc::new(empty(&server).await);
    let done = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| tokio::spawn(write(Arc::clone(&store), number, Arc::clone(&done))))
        .collect();
    while done.load(Ordering::SeqCst) < 200 {
        sleep(Duration::from_millis(5)).await;
    }

    server.kill();
    let mut told = Vec::new();
    for writer in writers {
        told.push(writer.await.expect("no panic"));
    }
    server.restart();

    for Told { key, count, destroyed } in told {
        let held = until_it_works(async || load(&store, &key).await).await;
        let (record, revision) = held.expect("it was created");
        let found = u64::from_le_bytes(record.try_into().expect("eight bytes"));
        assert_eq!(revision.get(), found + 1, "half a record");
        // The last one may have been made without an answer.
        assert!((count..=count + 1).contains(&found), "{count} acknowledged, {found} found");
        for key in destroyed {
            assert_eq!(load(&store, &key).await.expect("it loads"), None, "it is back");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_its_scripts_is_told_them_again() {
    let Some(server) = Redis::start() else { return };
    let store = empty(&server).await;
    let forget = || assert_eq!(server.ask("SCRIPT FLUSH").expect("it answers"), "+OK");
    for round in 0..2 {
        forget();
        assert_eq!(store.create(&KEY, bound(b"one")).await.expect("created"), Created::Stored);
        forget();
        let updated = store.update(&KEY, Revision::FIRST, bound(b"two")).await;
        assert_eq!(updated.expect("updated"), Updated::Stored, "{round}");
        forget();
        assert!(store.touch(&KEY, common::NOW, common::END).await.expect("touched"));
        forget();
        assert!(store.destroy(&KEY).await.expect("destroyed"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_is_a_timeout_and_no_more_when_it_goes_on() {
    let Some(server) = Redis::start() else { return };
    let store = empty(&server).await;
    store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    let refused = store.update(&KEY, Revision::new(7), anonymous(b"two")).await;
    assert_eq!(refused.expect("the script is known"), Updated::Conflict);

    server.pause();
    let start = Instant::now();
    let loaded = load(&store, &KEY).await;
    let updated = store.update(&KEY, Revision::FIRST, anonymous(b"two")).await;
    let waited = start.elapsed();
    server.resume();

    assert_eq!(loaded.expect_err("no answer").kind(), ErrorKind::Timeout);
    assert_eq!(updated.expect_err("no answer").kind(), ErrorKind::Timeout);
    assert!(waited < Duration::from_secs(30), "{waited:?} for two time-outs of a second");
    // The update was on its way, and what is asked next is answered after it.
    let held = until_it_works(async || load(&store, &KEY).await).await;
    assert_eq!(held, Some((b"two".to_vec(), Revision::new(2))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_unavailable_until_it_is_back() {
    let Some(mut server) = Redis::start() else { return };
    let store = empty(&server).await;
    store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    server.kill();
    for _ in 0..3 {
        let error = load(&store, &KEY).await.expect_err("nobody is there");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    }
    server.restart();
    let held = until_it_works(async || load(&store, &KEY).await).await;
    assert_eq!(held, Some((b"one".to_vec(), Revision::FIRST)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_broke_while_nobody_used_it_costs_no_request() {
    let Some(server) = Redis::start() else { return };
    let store = empty(&server).await;
    store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    for _ in 0..3 {
        server.ask("CLIENT KILL TYPE normal SKIPME yes").expect("it answers");
        let held = load(&store, &KEY).await.expect("it loads");
        assert_eq!(held, Some((b"one".to_vec(), Revision::FIRST)));
    }
}
