//! A server that has no room.

mod common;

use common::{anonymous, bound, empty, key, load};
use sansession::Revision;
use sansession_store::{Created, SendStore as _, Updated};
use sansession_test_servers::Redis;

const RECORDS: u32 = 20;

fn record(number: u32) -> Vec<u8> {
    vec![number.to_le_bytes()[0]; 2000]
}

// promise: L12
#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_says_so_and_keeps_what_it_has() {
    let Some(server) = Redis::start_with(&["--maxmemory-policy", "noeviction"]) else { return };
    let store = empty(&server).await;
    for number in 0..RECORDS {
        let record = record(number);
        let write = if number % 2 == 0 { anonymous(&record) } else { bound(&record) };
        let created = store.create(&key(number), write).await.expect("it creates");
        assert_eq!(created, Created::Stored);
    }
    // Less than it holds now.
    assert_eq!(server.ask("CONFIG SET maxmemory 100kb").expect("an answer"), "+OK");

    for write in [anonymous(b"x"), bound(b"x")] {
        let created = store.create(&key(RECORDS), write).await.expect("an answer");
        assert_eq!(created, Created::Full);
        let updated = store.update(&key(0), Revision::FIRST, write).await.expect("an answer");
        assert_eq!(updated, Updated::Full);
    }
    for number in 0..RECORDS {
        let held = load(&store, &key(number)).await.expect("it loads");
        assert_eq!(held, Some((record(number), Revision::FIRST)), "{number}");
    }
    assert_eq!(load(&store, &key(RECORDS)).await.expect("it loads"), None);
    // A log-out needs no room.
    assert!(store.destroy(&key(0)).await.expect("it destroys"));
    assert!(store.destroy(&key(1)).await.expect("it destroys"));

    assert_eq!(server.ask("CONFIG SET maxmemory 0").expect("an answer"), "+OK");
    let updated = store.update(&key(2), Revision::FIRST, bound(b"x")).await.expect("an answer");
    assert_eq!(updated, Updated::Stored);
}
