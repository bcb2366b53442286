//! Several processes, one file: made once, and compare-and-swap holds among them.

mod common;

use std::env;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::thread;

use common::{KEY, Scratch, anonymous, load, open};
use sansession_sqlite::SqliteStore;
use sansession_store::{Created, SendStore as _, Updated};

const PROCESSES: u64 = 4;
const TIMES: u64 = 50;

/// Tells this program, started once more, that it is one of the four.
const DATABASE: &str = "SQLITE_STORE_COUNTER";

/// Not a test of its own: what each of the four does, beginning with an empty folder.
#[tokio::test]
async fn counter() {
    let Some(path) = env::var_os(DATABASE) else { return };
    let store = SqliteStore::open(path).expect("it opens");
    store.create(&KEY, anonymous(&0_u64.to_le_bytes())).await.expect("it creates");
    for _ in 0..TIMES {
        while add_one(&store).await == Updated::Conflict {}
    }
}

async fn add_one(store: &SqliteStore) -> Updated {
    let (record, revision) = load(store, &KEY).await.expect("it is there");
    let next = count(&record) + 1;
    let updated = store.update(&KEY, revision, anonymous(&next.to_le_bytes())).await;
    let updated = updated.expect("it updates");
    assert!(matches!(updated, Updated::Stored | Updated::Conflict), "{updated:?}");
    updated
}

fn count(record: &[u8]) -> u64 {
    u64::from_le_bytes(record.try_into().expect("eight bytes"))
}

// promise: L6
#[tokio::test]
async fn four_processes_make_one_file_and_lose_nothing() {
    let scratch = Scratch::new();
    let processes: Vec<Child> = (0..PROCESSES).map(|_| start(&scratch)).collect();
    for mut process in processes {
        assert!(process.wait().expect("it ends").success());
    }

    let store = open(&scratch);
    let (record, revision) = load(&store, &KEY).await.expect("it is there");
    assert_eq!(count(&record), PROCESSES * TIMES);
    assert_eq!(revision.get(), 1 + PROCESSES * TIMES);
    let again = store.create(&KEY, anonymous(b"")).await.expect("it answers");
    assert_eq!(again, Created::Conflict);
}

// promise: S2
#[test]
fn those_who_open_a_new_file_together_all_get_it() {
    const THREADS: usize = 8;
    for round in 0..20 {
        let scratch = Scratch::new();
        let together = Barrier::new(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    together.wait();
                    let opened = SqliteStore::open(scratch.file("sessions.db"));
                    opened.unwrap_or_else(|error| panic!("round {round}: {error:?}"));
                });
            }
        });
    }
}

fn start(scratch: &Scratch) -> Child {
    Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", "counter", "--quiet"])
        .env(DATABASE, scratch.file("sessions.db"))
        // What a test says when it is well.
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}
