//! Files that are not ours, are newer, or are damaged.

mod common;

use std::error::Error as _;
use std::fs;

use common::{KEY, Scratch, anonymous, bound, load, open};
use rusqlite::Connection;
use sansession::{Freshness, StoreKey};
use sansession_sqlite::{Operation, SqliteError, SqliteStore};
use sansession_store::{ErrorKind, SendStore as _, StoreError as _};

fn refused(scratch: &Scratch) -> SqliteError {
    let error = SqliteStore::open(scratch.file("sessions.db")).expect_err("refused");
    assert_eq!(error.operation(), Operation::Open);
    error
}

fn cause(error: &SqliteError) -> String {
    error.source().expect("there is a cause").to_string()
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    for made in
        ["CREATE TABLE user (name TEXT)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"]
    {
        let scratch = Scratch::new();
        let path = scratch.file("sessions.db");
        Connection::open(&path).expect("it opens").execute_batch(made).expect("it is made");
        let before = fs::read(&path).expect("it is there");

        let error = refused(&scratch);

        assert_eq!(error.kind(), ErrorKind::Misconfigured);
        assert!(cause(&error).starts_with("the database is another program's"), "{error:?}");
        assert_eq!(fs::read(&path).expect("it is there"), before, "after {made}");
    }
}

#[test]
fn a_database_of_a_newer_release_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let path = scratch.file("sessions.db");
    drop(open(&scratch));
    let newer = Connection::open(&path).expect("it opens");
    newer.execute_batch("PRAGMA user_version = 2").expect("it is set");
    drop(newer);
    let before = fs::read(&path).expect("it is there");

    let error = refused(&scratch);

    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert_eq!(cause(&error), "the database was made by a newer release (user_version 2)");
    assert_eq!(fs::read(&path).expect("it is there"), before);
}

#[test]
fn what_is_no_database_is_refused_and_left_alone() {
    let scratch = Scratch::new();
    let text = "127.0.0.1 localhost\n".repeat(100);
    fs::write(scratch.file("sessions.db"), &text).expect("written");
    assert_eq!(refused(&scratch).kind(), ErrorKind::Corrupt);
    assert_eq!(fs::read_to_string(scratch.file("sessions.db")).expect("it is there"), text);

    let scratch = Scratch::new();
    fs::create_dir(scratch.file("sessions.db")).expect("made");
    assert_eq!(refused(&scratch).kind(), ErrorKind::Misconfigured);

    let error = SqliteStore::open(scratch.file("nowhere/sessions.db")).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert!(SqliteStore::open("").is_err());
}

// promise: S2
#[tokio::test]
async fn no_name_means_a_database_that_is_gone_when_it_is_closed() {
    let path = std::path::absolute(":memory:").expect("there is a working directory");
    let store = SqliteStore::open(":memory:").expect("it opens");
    store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    drop(store);
    let store = SqliteStore::open(&path).expect("it opens");
    let found = load(&store, &KEY).await;
    drop(store);
    fs::remove_file(path).expect("it is a file");
    assert!(found.is_some());
}

// promise: L15
#[tokio::test]
async fn a_damaged_database_is_an_error_and_no_new_session() {
    let scratch = Scratch::new();
    let path = scratch.file("sessions.db");
    let store = open(&scratch);
    for number in 0..100 {
        let key = StoreKey::from_bytes([number; 16]);
        store.create(&key, bound(&[number; 500])).await.expect("it creates");
    }
    drop(store);
    let mut bytes = fs::read(&path).expect("it is there");
    let pages = bytes.len() / 4096;
    // All but the first, which says what is where.
    bytes[4096..].fill(0xff);
    fs::write(&path, bytes).expect("written");
    assert!(pages > 10, "{pages} pages");

    let store = open(&scratch);
    let error = store.load(&KEY, &mut [0; 1024], Freshness::Latest).await.expect_err("damaged");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Corrupt, Operation::Load));
    let error = store.create(&KEY, anonymous(b"new")).await.expect_err("damaged");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    let error = store.list("ada", None, &mut [KEY]).await.expect_err("damaged");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

// promise: S2
#[tokio::test]
async fn an_empty_file_is_where_a_crash_left_one() {
    let scratch = Scratch::new();
    fs::write(scratch.file("sessions.db"), b"").expect("written");
    let store = open(&scratch);
    store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    assert!(load(&store, &KEY).await.is_some());
}

// promise: D3
#[tokio::test]
async fn a_destroyed_record_is_not_in_the_file_any_more() {
    let scratch = Scratch::new();
    let secret = b"a secret that nobody may find".repeat(10);
    let store = open(&scratch);
    store.create(&KEY, anonymous(&secret)).await.expect("it creates");
    drop(store);
    let has_secret = || {
        let bytes = fs::read(scratch.file("sessions.db")).expect("it is there");
        bytes.windows(29).any(|bytes| bytes == &secret[..29])
    };
    assert!(has_secret(), "it is where it is looked for");
    let store = open(&scratch);
    assert!(store.destroy(&KEY).await.expect("it destroys"));
    drop(store);
    assert!(!has_secret());
}

#[cfg(unix)]
#[tokio::test]
async fn only_their_owner_can_read_sessions() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let store = open(&scratch);
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    for name in ["sessions.db", "sessions.db-wal", "sessions.db-shm"] {
        let metadata = fs::metadata(scratch.file(name)).expect("it is there");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}
