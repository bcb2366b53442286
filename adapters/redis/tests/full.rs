//! A server that has no room.

mod common;

use common::{anonymous, bound, empty, key, load};
use sansession::Revision;
use sansession_store::{Created, SendStore as _, Updated};
use sansession_test_servers::Redis;

// promise: L12
#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_says_so_and_keeps_what_it_has() {
    let room = ["--maxmemory", "4mb", "--maxmemory-policy", "noeviction"];
    let Some(server) = Redis::start_with(&room) else { return };
    let store = empty(&server).await;
    // The scripts take room too.
    for bytes in [8, 9] {
        let warm = key(u32::MAX);
        store.create(&warm, bound(&[0; 9])).await.expect("it creates");
        store.update(&warm, Revision::FIRST, anonymous(&vec![0; bytes])).await.expect("updates");
        store.touch(&warm, common::NOW, common::END).await.expect("it touches");
        assert!(store.destroy(&warm).await.expect("it destroys"));
    }
    let record = |number: u32| vec![number.to_le_bytes()[0]; 8000];
    let mut stored = 0;
    while store.create(&key(stored), anonymous(&record(stored))).await.expect("an answer")
        == Created::Stored
    {
        stored += 1;
        assert!(stored < 10_000, "it never fills up");
    }

    assert_eq!(store.create(&key(stored), bound(b"x")).await.expect("an answer"), Created::Full);
    let longer = vec![0xff; 8192];
    for write in [anonymous(&longer), bound(&longer)] {
        let updated = store.update(&key(0), Revision::FIRST, write).await.expect("an answer");
        assert_eq!(updated, Updated::Full);
    }
    for number in 0..stored {
        let held = load(&store, &key(number)).await.expect("it loads");
        assert_eq!(held, Some((record(number), Revision::FIRST)), "{number}");
    }
    assert_eq!(load(&store, &key(stored)).await.expect("it loads"), None);

    // A log-out needs no room, and makes some.
    for number in 0..stored / 2 {
        assert!(store.destroy(&key(number)).await.expect("it destroys"));
    }
    assert_eq!(store.create(&key(0), bound(b"x")).await.expect("an answer"), Created::Stored);
}
