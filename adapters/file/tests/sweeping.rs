//! Sweeps beside everything else: in portions, and never what has just come to life.

mod common;

use std::time::Duration;

use common::{END, NOW, Scratch, anonymous, bound};
use sansession::{Freshness, StoreKey};
use sansession_file::FileStore;
use sansession_store::{Loaded, SendStore as _};

/// Enough for each order of the steps of two calls to happen.
const ROUNDS: u8 = 100;

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

// promise: L13
#[tokio::test]
async fn a_sweep_in_portions_finds_everything() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    for number in 0..20 {
        store.create(&key(number), anonymous(b"record")).await.expect("it creates");
    }
    let mut taken = Vec::new();
    for _ in 0..8 {
        taken.push(store.sweep(END, 3).await.expect("it sweeps"));
    }
    assert_eq!(taken, [3, 3, 3, 3, 3, 3, 2, 0], "each goes on where the last one stopped");
}

// promise: L13
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_touched_in_time_is_not_swept() {
    let later = END.after(Duration::from_secs(1));
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    for number in 0..ROUNDS {
        let key = key(number);
        store.create(&key, anonymous(b"record")).await.expect("it creates");
        // The first looks at the records, the second at the index.
        let sweeps = async { [store.sweep(END, 10).await, store.sweep(END, 10).await] };
        let (touched, swept) = tokio::join!(store.touch(&key, NOW, later), sweeps);
        let loaded = store.load(&key, &mut [0; 8], Freshness::Latest).await.expect("it loads");
        let touched = touched.expect("it touches");
        assert_eq!(loaded != Loaded::Missing, touched, "round {number}");
        let swept: usize = swept.into_iter().map(|swept| swept.expect("it sweeps")).sum();
        assert_eq!(swept, usize::from(!touched), "round {number}");
        store.destroy(&key).await.expect("it destroys");
    }
}

// promise: L11
#[tokio::test(flavor = "multi_thread")]
async fn an_index_entry_that_is_ahead_of_its_record_is_not_swept() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    for number in 0..ROUNDS {
        let sweeps = async {
            for _ in 0..8 {
                store.sweep(NOW, 1000).await.expect("it sweeps");
            }
        };
        let key = key(number);
        let (created, ()) = tokio::join!(store.create(&key, bound(b"record")), sweeps);
        created.expect("it creates");
        let mut keys = [StoreKey::default(); 1];
        let listed = store.list("ada", None, &mut keys).await.expect("it lists");
        assert_eq!(keys[..listed], [key], "bound and not listed");
        assert!(store.destroy(&key).await.expect("it destroys"));
    }
}
