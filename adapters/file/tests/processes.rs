//! Several processes, one directory: compare-and-swap holds among them.

mod common;

use std::env;
use std::process::{Child, Command, Stdio};

use common::{Scratch, anonymous};
use sansession::{Freshness, Revision, StoreKey};
use sansession_file::FileStore;
use sansession_store::{Created, Loaded, SendStore as _, Updated};

const KEY: StoreKey = StoreKey::from_bytes([7; 16]);
const PROCESSES: u64 = 4;
const TIMES: u64 = 50;

/// Tells this program, started once more, that it is one of the four.
const DIRECTORY: &str = "FILE_STORE_COUNTER";

/// Reads the counter and its revision.
async fn read(store: &FileStore) -> (u64, Revision) {
    let mut buffer = [0; 8];
    let loaded = store.load(&KEY, &mut buffer, Freshness::Latest).await.expect("it loads");
    let Loaded::Found { meta, .. } = loaded else { panic!("the counter is gone") };
    (u64::from_le_bytes(buffer), meta.revision)
}

/// Not a test of its own: what each of the four processes does.
#[tokio::test]
async fn counter() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let store = FileStore::open(directory).expect("it opens");
    for _ in 0..TIMES {
        loop {
            let (count, revision) = read(&store).await;
            let next = (count + 1).to_le_bytes();
            match store.update(&KEY, revision, anonymous(&next)).await.expect("it updates") {
                Updated::Stored => break,
                Updated::Conflict => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

// promise: L6
#[tokio::test]
async fn four_processes_count_and_lose_nothing() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    let zero = 0_u64.to_le_bytes();
    let created = store.create(&KEY, anonymous(&zero)).await.expect("it creates");
    assert_eq!(created, Created::Stored);

    let processes: Vec<Child> = (0..PROCESSES).map(|_| start(&scratch)).collect();
    for mut process in processes {
        assert!(process.wait().expect("it ends").success());
    }

    let (count, revision) = read(&store).await;
    assert_eq!(count, PROCESSES * TIMES);
    assert_eq!(revision.get(), 1 + PROCESSES * TIMES);
}

fn start(scratch: &Scratch) -> Child {
    Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", "counter", "--quiet"])
        .env(DIRECTORY, scratch.path())
        // What a test says when it is well.
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}
