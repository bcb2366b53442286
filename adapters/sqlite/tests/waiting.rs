//! Who waits, for how long, and what becomes of calls that nobody waits for any more.

mod common;

use std::error::Error as _;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use common::{END, KEY, NOW, Scratch, anonymous, bound, load, open};
use rusqlite::Connection;
use sansession::StoreKey;
use sansession_sqlite::{Operation, Options, SqliteError};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _};
use tokio::task::JoinSet;

/// Takes the database from everybody who wants to write, until it is dropped.
fn locked(scratch: &Scratch) -> Connection {
    let other = Connection::open(scratch.file("sessions.db")).expect("it opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("it locks");
    other
}

fn assert_timeout(error: &SqliteError, operation: Operation) {
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, operation));
    assert!(error.source().is_some(), "it says who was waited for");
}

// promise: L15
#[tokio::test]
async fn writing_a_locked_database_ends_with_the_time_out_and_reading_goes_on() {
    let scratch = Scratch::new();
    let options = Options::new().timeout(Duration::from_millis(50));
    let store = options.open(scratch.file("sessions.db")).expect("it opens");
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    let (_, revision) = load(&store, &KEY).await.expect("it is there");
    let lock = locked(&scratch);

    let other = StoreKey::from_bytes([1; 16]);
    let error = store.create(&other, anonymous(b"new")).await.expect_err("locked");
    assert_timeout(&error, Operation::Create);
    let error = store.update(&KEY, revision, anonymous(b"new")).await.expect_err("locked");
    assert_timeout(&error, Operation::Update);
    let error = store.touch(&KEY, END, END).await.expect_err("locked");
    assert_timeout(&error, Operation::Touch);
    let error = store.destroy(&KEY).await.expect_err("locked");
    assert_timeout(&error, Operation::Destroy);
    let error = store.sweep(END, 1).await.expect_err("locked");
    assert_timeout(&error, Operation::Sweep);
    assert_eq!(load(&store, &KEY).await, Some((b"record".to_vec(), revision)));
    assert_eq!(store.list("ada", None, &mut [StoreKey::default()]).await.expect("it lists"), 1);

    drop(lock);
    assert_eq!(load(&store, &other).await, None, "what failed was not done");
    assert!(store.destroy(&KEY).await.expect("it is free again"));
}

// promise: L15
#[tokio::test(flavor = "multi_thread")]
async fn a_queue_of_calls_ends_with_one_time_out() {
    const CALLS: u8 = 100;
    let scratch = Scratch::new();
    let timeout = Duration::from_millis(200);
    let options = Options::new().timeout(timeout);
    let store = options.open(scratch.file("sessions.db")).expect("it opens");
    let lock = locked(&scratch);
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    let store = std::sync::Arc::new(store);
    for number in 0..CALLS {
        let store = store.clone();
        calls.spawn(async move {
            let key = StoreKey::from_bytes([number; 16]);
            store.create(&key, anonymous(b"record")).await
        });
    }
    for created in calls.join_all().await {
        assert_timeout(&created.expect_err("locked"), Operation::Create);
    }
    // One after the other, they would take twice that.
    assert!(begun.elapsed() < timeout * u32::from(CALLS) / 2, "{:?}", begun.elapsed());
    drop(lock);
    let created = store.create(&KEY, anonymous(b"record")).await.expect("it is free again");
    assert_eq!(created, Created::Stored);
}

#[test]
fn opening_a_locked_database_ends_with_the_time_out() {
    let scratch = Scratch::new();
    let path = scratch.file("sessions.db");
    let other = Connection::open(&path).expect("it opens");
    other.execute_batch("BEGIN EXCLUSIVE").expect("it locks");
    let error = Options::new().timeout(Duration::from_millis(50)).open(path);
    assert_timeout(&error.expect_err("locked"), Operation::Open);
}

#[tokio::test]
async fn the_longest_time_out_is_one() {
    let scratch = Scratch::new();
    let options = Options::new().timeout(Duration::MAX);
    let store = options.open(scratch.file("sessions.db")).expect("it opens");
    let created = store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    assert_eq!(created, Created::Stored);
}

// promise: S2
#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_done_although_nobody_waits() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    for number in 0..100 {
        let key = StoreKey::from_bytes([number; 16]);
        {
            let create = pin!(store.create(&key, bound(b"record")));
            let polled = create.poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending), "it takes a thread of its own");
        }
        // It comes next, whatever became of the other.
        assert!(store.touch(&key, NOW, END).await.expect("it touches"), "round {number}");
    }
}

// promise: S2
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_its_turn_is_not_done_when_nobody_waits() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    let first = StoreKey::from_bytes([1; 16]);
    let mut context = Context::from_waker(Waker::noop());
    let lock = locked(&scratch);
    {
        let begun = pin!(store.create(&first, anonymous(b"record")));
        assert!(begun.poll(&mut context).is_pending());
        let queued = pin!(store.create(&KEY, anonymous(b"record")));
        assert!(queued.poll(&mut context).is_pending());
    }
    drop(lock);
    assert!(store.touch(&first, NOW, END).await.expect("it touches"));
    assert_eq!(load(&store, &KEY).await, None);
}
