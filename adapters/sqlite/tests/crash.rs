//! A process that writes is killed at any moment, and another one opens what it leaves.
//!
//! The one that is killed tells of each change before and after it makes it. So it is known what must be there: what was
//! answered last, or the one change that was not answered, done or not.

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use common::{END, NOW, Scratch, anonymous, bound, load, open};
use sansession::StoreKey;
use sansession_sqlite::SqliteStore;
use sansession_store::{Created, SendStore as _, Updated};

const KILLS: u32 = 30;
const KEYS: usize = 5;

/// Tells this program, started once more, that it is the one to be killed.
const DATABASE: &str = "SQLITE_STORE_VICTIM";
/// The number of its first change.
const FIRST: &str = "SQLITE_STORE_FIRST";

/// What is to become of a key: its record says so, over and over; `None` if it is to be destroyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Change {
    place: usize,
    number: u64,
}

impl Change {
    fn new(number: u64) -> Self {
        Self { place: usize::try_from(number * 7 % 13).expect("small") % KEYS, number }
    }

    fn key(self) -> StoreKey {
        key(self.place)
    }

    fn destroys(self) -> bool {
        self.number.is_multiple_of(4)
    }

    fn is_bound(self) -> bool {
        self.number % 2 == 1
    }

    /// Up to four pages long, so that a torn one would show.
    fn record(self) -> Vec<u8> {
        let times = 1 + usize::try_from(self.number * 131 % 2000).expect("small");
        self.number.to_le_bytes().repeat(times)
    }

    /// What it leaves under its key.
    fn leaves(self) -> Option<Vec<u8>> {
        (!self.destroys()).then(|| self.record())
    }
}

fn key(place: usize) -> StoreKey {
    StoreKey::from_bytes([u8::try_from(place).expect("few") + 1; 16])
}

/// Not a test of its own: what is done until it is killed.
#[tokio::test]
async fn victim() {
    let Some(path) = env::var_os(DATABASE) else { return };
    let first: u64 = env::var(FIRST).expect("set").parse().expect("a number");
    let store = SqliteStore::open(path).expect("it opens");
    for change in (first..).map(Change::new) {
        say("asks", change);
        make(&store, change).await;
        say("made", change);
    }
}

async fn make(store: &SqliteStore, change: Change) {
    let (key, record) = (change.key(), change.record());
    let write = if change.is_bound() { bound(&record) } else { anonymous(&record) };
    match load(store, &key).await {
        found if change.destroys() => {
            assert_eq!(store.destroy(&key).await.expect("it destroys"), found.is_some());
        }
        None => {
            let created = store.create(&key, write).await.expect("it creates");
            assert_eq!(created, Created::Stored);
        }
        Some((_, revision)) => {
            let updated = store.update(&key, revision, write).await.expect("it updates");
            assert_eq!(updated, Updated::Stored);
            assert!(store.touch(&key, NOW, END).await.expect("it touches"));
        }
    }
}

fn say(what: &str, change: Change) {
    println!("\n{what} {}", change.number);
    std::io::stdout().flush().expect("somebody listens");
}

/// Lets the victim work for a while, kills it, and gives the changes that it asked for and whether they were made.
fn work_and_die(scratch: &Scratch, first: u64, after: Duration) -> Vec<(Change, bool)> {
    let mut victim = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", "victim", "--nocapture", "--quiet"])
        .env(DATABASE, scratch.file("sessions.db"))
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(victim.stdout.take().expect("it is piped")).lines();
    let mut changes: Vec<(Change, bool)> = Vec::new();
    let mut hear = |line: &str| match line.split_once(' ') {
        Some(("asks", number)) => {
            changes.push((Change::new(number.parse().expect("a number")), false));
        }
        Some(("made", _)) => changes.last_mut().expect("it asks first").1 = true,
        _ => {}
    };
    // It is at work before its time begins to run.
    for line in lines.by_ref().map_while(Result::ok) {
        hear(&line);
        if line.starts_with("asks") {
            break;
        }
    }
    let rest = thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
    thread::sleep(after);
    victim.kill().expect("it is there");
    victim.wait().expect("it ends");
    for line in rest.join().expect("it reads to the end") {
        hear(&line);
    }
    changes
}

// promise: S2 L4 L11
#[tokio::test]
async fn what_was_answered_is_there_after_a_kill() {
    let scratch = Scratch::new();
    let mut held: [Option<Change>; KEYS] = [None; KEYS];
    let (mut next, mut made, mut cut_short) = (1, 0, 0);
    for kill in 0..KILLS {
        let mut pending = None;
        for (change, was_made) in
            work_and_die(&scratch, next, Duration::from_micros(u64::from(kill) * 2_311))
        {
            next = change.number + 1;
            if was_made {
                made += 1;
                held[change.place] = Some(change);
            } else {
                cut_short += 1;
                pending = Some(change);
            }
        }

        let store = open(&scratch);
        let mut listed = [StoreKey::default(); KEYS + 1];
        let count = store.list("ada", None, &mut listed).await.expect("it lists");
        let listed = &listed[..count];
        for (place, held) in held.iter_mut().enumerate() {
            let found = load(&store, &key(place)).await.map(|(record, _)| record);
            let pending = pending.filter(|change| change.place == place);
            if let Some(change) = pending.filter(|change| change.leaves() == found) {
                *held = Some(change);
            }
            let expected = held.and_then(Change::leaves);
            assert!(
                found == expected,
                "kill {kill}, key {place}: neither {held:?} nor {pending:?}"
            );
            let is_bound = held.is_some_and(|change| !change.destroys() && change.is_bound());
            assert_eq!(listed.contains(&key(place)), is_bound, "kill {kill}, key {place}");
        }
        assert_eq!(integrity(&scratch), "ok");
    }
    println!("{made} changes made, {cut_short} cut short");
    assert!(made > KILLS && cut_short > KILLS / 4, "it was killed at work");
}

/// What `SQLite` itself says about the whole file.
fn integrity(scratch: &Scratch) -> String {
    let database = rusqlite::Connection::open(scratch.file("sessions.db")).expect("it opens");
    database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it can be checked")
}
