//! Replicas that a write waits for.

mod common;

use std::time::Duration;

use common::{END, KEY, NOW, anonymous, bound, load, prefix, until_it_works};
use sansession::Revision;
use sansession_redis::Options;
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _, Updated};
use sansession_test_servers::Redis;

fn replica_of(master: &Redis) -> Option<Redis> {
    let of = format!("127.0.0.1 {}", master.port());
    let replica = Redis::start_with(&["--replicaof", &of]);
    replica.inspect(|it| it.wait_for("INFO replication", |it| it.contains("master_link_status:up")))
}

// promise: S1
#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_on_the_replica_when_it_is_answered() {
    let Some(master) = Redis::start() else { return };
    let Some(replica) = replica_of(&master) else { return };
    let options = Options::new().prefix(prefix()).wait_replicas(1, Duration::from_secs(10));
    let store = options.clone().connect(master.url()).await.expect("it is there");
    let copy = options.connect(replica.url()).await.expect("it is there");
    for _ in 0..50 {
        let created = store.create(&KEY, bound(b"one")).await.expect("created");
        assert_eq!(created, Created::Stored);
        let held = load(&copy, &KEY).await.expect("it loads");
        assert_eq!(held, Some((b"one".to_vec(), Revision::FIRST)));
        store.update(&KEY, Revision::FIRST, bound(b"two")).await.expect("updated");
        let held = load(&copy, &KEY).await.expect("it loads");
        assert_eq!(held, Some((b"two".to_vec(), Revision::new(2))));
        assert!(store.destroy(&KEY).await.expect("destroyed"));
        assert_eq!(load(&copy, &KEY).await.expect("it loads"), None);
    }
}

// promise: L15
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_does_not_follow_is_told_though_the_write_was_made() {
    let Some(master) = Redis::start() else { return };
    let Some(replica) = replica_of(&master) else { return };
    let options = Options::new().prefix(prefix()).wait_replicas(1, Duration::from_millis(200));
    let store = options.connect(master.url()).await.expect("it is there");
    // It follows, though perhaps not at once; the write is made all the same.
    until_it_works(async || store.create(&KEY, anonymous(b"one")).await).await;

    replica.pause();
    let updated = store.update(&KEY, Revision::FIRST, anonymous(b"two")).await;
    let lost = store.update(&KEY, Revision::FIRST, anonymous(b"lost")).await;
    let touched = store.touch(&KEY, NOW, END).await;
    let held = load(&store, &KEY).await;
    let destroyed = store.destroy(&KEY).await;
    replica.resume();

    let error = updated.expect_err("it does not follow");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error:?}");
    assert_eq!(lost.expect("nothing was written"), Updated::Conflict);
    assert!(touched.expect("a touch waits for nobody"));
    assert_eq!(held.expect("it loads"), Some((b"two".to_vec(), Revision::new(2))));
    assert_eq!(destroyed.expect_err("it does not follow").kind(), ErrorKind::Timeout);
    let created = until_it_works(async || store.create(&KEY, anonymous(b"new")).await).await;
    assert!(matches!(created, Created::Stored | Created::Conflict), "the logout was made");
}
