//! The store under the conformance kit.

mod common;

use std::sync::Mutex;

use common::{Scratch, open};
use sansession_sqlite::SqliteStore;
use sansession_store::conformance::Kit;

/// New stores, and where they are until the kit is done.
#[derive(Default)]
struct Stores(Mutex<Vec<Scratch>>);

impl Stores {
    fn make(&self) -> SqliteStore {
        let scratch = Scratch::new();
        let store = open(&scratch);
        self.0.lock().expect("no panic").push(scratch);
        store
    }
}

// promise: S1 S2
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms() {
    let stores = Stores::default();
    Kit::new().longest_record(65_535).run(async || stores.make()).await.assert();
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_in_parallel() {
    let stores = Stores::default();
    let spawn = |task| drop(tokio::spawn(task));
    Kit::new().run_parallel(async || stores.make(), spawn).await.assert();
}
