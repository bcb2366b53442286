//! A process that writes is killed at any moment, again and again.
//!
//! The process says, before each call, what it asks for, and after it, that it was answered. What is found afterwards
//! is what was answered last, or what was being asked for; and a whole record in any case.

mod common;

use std::collections::HashMap;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{END, NOW, Scratch, anonymous, bound};
use sansession::{Freshness, Revision, StoreKey};
use sansession_file::FileStore;
use sansession_store::{Loaded, SendStore as _, Updated};

const ROUNDS: u64 = 40;
const KEYS: u8 = 6;

/// Tells this program, started once more, that it is the one to be killed.
const DIRECTORY: &str = "FILE_STORE_VICTIM";
/// The first value that it writes.
const FROM: &str = "FILE_STORE_FROM";

/// The number under a key; 0 for none.
type Value = u64;

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

/// A record that shows when it is not whole: long, and the same number all over.
fn record(value: Value) -> Vec<u8> {
    let times = 1 + usize::try_from(value * 37 % 600).expect("small");
    value.to_le_bytes().repeat(times)
}

async fn load(store: &FileStore, key: &StoreKey) -> (Value, Revision) {
    let mut buffer = vec![0; 8192];
    match store.load(key, &mut buffer, Freshness::Latest).await.expect("it loads") {
        Loaded::Missing => (0, Revision::FIRST),
        Loaded::Found { len, meta } => {
            let value = buffer.first_chunk().map_or(0, |bytes| Value::from_le_bytes(*bytes));
            assert_eq!(buffer[..len], record(value), "not the whole record of {value}");
            (value, meta.revision)
        }
    }
}

fn say(word: char, number: u8, value: Value) {
    println!("{word} {number} {value}");
    std::io::stdout().flush().expect("somebody listens");
}

/// Not a test of its own: what is done until it is killed.
#[tokio::test]
async fn victim() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let from: Value = env::var(FROM).expect("set").parse().expect("a number");
    let store = FileStore::open(directory).expect("it opens");
    for value in from.. {
        let number = u8::try_from(value * 31 % 97 % u64::from(KEYS)).expect("small");
        let (key, record) = (key(number), record(value));
        let (old, revision) = load(&store, &key).await;
        // Each third call of a key, about, ends what is there.
        if old != 0 && value % 3 == 0 {
            say('?', number, 0);
            assert!(store.destroy(&key).await.expect("it destroys"));
            say('!', number, 0);
            continue;
        }
        let write = if value % 2 == 0 { bound(&record) } else { anonymous(&record) };
        say('?', number, value);
        if old == 0 {
            store.create(&key, write).await.expect("it creates");
        } else {
            let updated = store.update(&key, revision, write).await.expect("it updates");
            assert_eq!(updated, Updated::Stored);
            store.touch(&key, NOW, END).await.expect("it touches");
        }
        say('!', number, value);
    }
}

/// Runs the victim until it is at work and then for a while, kills it, and gives all that it said.
fn killed_after(scratch: &Scratch, from: Value, while_: Duration) -> Vec<(char, u8, Value)> {
    let mut process = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", "victim", "--nocapture", "--quiet"])
        .env(DIRECTORY, scratch.path())
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let output = BufReader::new(process.stdout.take().expect("stdout is piped"));
    let mut all = output.lines().map_while(Result::ok).filter_map(|line| told(&line)).peekable();
    assert!(all.peek().is_some(), "it never began");
    let reader = std::thread::spawn(move || all.collect());
    std::thread::sleep(while_);
    process.kill().expect("it is still there");
    process.wait().expect("it ends");
    reader.join().expect("it reads to the end")
}

fn told(line: &str) -> Option<(char, u8, Value)> {
    let mut words = line.split(' ');
    let word = words.next().filter(|word| matches!(*word, "?" | "!"))?;
    Some((word.chars().next()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

// promise: S2 L4
#[tokio::test]
async fn what_was_answered_is_there_after_a_kill() {
    let scratch = Scratch::new();
    let mut answered: HashMap<u8, Value> = HashMap::new();
    let (mut from, mut calls, mut unanswered, mut unfinished) = (1, 0, 0, 0);
    for round in 0..ROUNDS {
        // Times that have nothing to do with how long a call takes.
        let told = killed_after(&scratch, from, Duration::from_micros(round * 2_917));
        let mut asked = None;
        for (word, number, value) in told {
            from = from.max(value + 1);
            if word == '?' {
                asked = Some((number, value));
            } else {
                calls += 1;
                assert_eq!(asked.take(), Some((number, value)));
                answered.insert(number, value);
            }
        }
        unanswered += u64::from(asked.is_some());
        unfinished += left_over(&scratch);

        let store = FileStore::open(scratch.path()).expect("it opens");
        let mut keys = [StoreKey::default(); 16];
        let listed = store.list("ada", None, &mut keys).await.expect("it lists");
        for number in 0..KEYS {
            let (found, _) = load(&store, &key(number)).await;
            let last = answered.get(&number).copied().unwrap_or_default();
            let asked = asked.filter(|asked| asked.0 == number).map(|asked| asked.1);
            assert!(found == last || Some(found) == asked, "{found}, not {last} nor {asked:?}");
            if found != 0 && found % 2 == 0 {
                assert!(keys[..listed].contains(&key(number)), "bound and not listed");
            }
            answered.insert(number, found);
        }
    }
    println!("{calls} calls, {unanswered} cut short, {unfinished} files left unfinished");
    assert!(calls > ROUNDS && unanswered > ROUNDS / 4, "it was killed at work");

    // All of it can still be written, and a sweep leaves no more than that.
    let store = FileStore::open(scratch.path()).expect("it opens");
    for _ in 0..4 {
        store.sweep(NOW, 1000).await.expect("it sweeps");
    }
    assert_eq!(left_over(&scratch), 0);
    for number in 0..KEYS {
        let (found, revision) = load(&store, &key(number)).await;
        if found != 0 {
            let updated = store.update(&key(number), revision, anonymous(b"")).await;
            assert_eq!(updated.expect("it updates"), Updated::Stored);
        }
    }
}

fn left_over(scratch: &Scratch) -> usize {
    let unfinished = |number| scratch.file(&key(number)).with_extension("new").exists();
    (0..KEYS).filter(|number| unfinished(*number)).count()
}
