//! Who waits, for how long, and what becomes of calls that nobody waits for any more.

mod common;

use std::error::Error as _;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use common::{END, KEY, NOW, Postgres, Proxy, anonymous, bound, client, load, new_table};
use sansession::{Freshness, StoreKey};
use sansession_postgres::{NoTls, Operation, Options, PostgresError, PostgresStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _};
use tokio::task::JoinSet;

const SHORT: Duration = Duration::from_secs(1);

async fn impatient(server: &Postgres, table: &str) -> PostgresStore {
    let options = Options::new().table(table).timeout(SHORT);
    options.connect(&server.url(), NoTls).await.expect("it connects")
}

fn assert_timeout(error: &PostgresError, operation: Operation) {
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Timeout, operation), "{error:?}");
    assert!(error.source().is_some(), "it says what was waited for");
}

// promise: L15
#[tokio::test]
async fn a_locked_record_is_a_time_out_and_reading_goes_on() {
    let Some(server) = Postgres::shared() else { return };
    let table = new_table();
    let (store, rival) = (impatient(&server, &table).await, client(&server).await);
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    let (_, revision) = load(&store, &KEY).await.expect("it is there");
    let lock = format!("BEGIN; SELECT FROM {table} FOR UPDATE");
    rival.batch_execute(&lock).await.expect("it locks");

    let error = store.update(&KEY, revision, anonymous(b"new")).await.expect_err("locked");
    assert_timeout(&error, Operation::Update);
    let error = store.touch(&KEY, END, END).await.expect_err("locked");
    assert_timeout(&error, Operation::Touch);
    let error = store.destroy(&KEY).await.expect_err("locked");
    assert_timeout(&error, Operation::Destroy);
    assert_eq!(load(&store, &KEY).await, Some((b"record".to_vec(), revision)));
    let other = StoreKey::from_bytes([1; 16]);
    let created = store.create(&other, anonymous(b"new")).await.expect("it is another's");
    assert_eq!(created, Created::Stored);

    // What timed out is given up by the server too, so it is not done when the lock is gone.
    let working = "SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%\"' || $1 || '\"%'";
    let watch = client(&server).await;
    let begun = Instant::now();
    while watch.query_one(working, &[&table]).await.expect("it can be asked").get::<_, i64>(0) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the server goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    rival.batch_execute("ROLLBACK").await.expect("it ends");
    assert_eq!(load(&store, &KEY).await, Some((b"record".to_vec(), revision)));
    assert!(store.destroy(&KEY).await.expect("it is free again"));
}

// promise: L15
#[tokio::test]
async fn a_locked_table_is_a_time_out() {
    let Some(server) = Postgres::shared() else { return };
    let table = new_table();
    let (store, rival) = (impatient(&server, &table).await, client(&server).await);
    rival.batch_execute(&format!("BEGIN; LOCK TABLE {table}")).await.expect("it locks");
    let error = store.load(&KEY, &mut [], Freshness::Latest).await.expect_err("locked");
    assert_timeout(&error, Operation::Load);
    let error = store.create(&KEY, anonymous(b"new")).await.expect_err("locked");
    assert_timeout(&error, Operation::Create);
    let error = store.sweep(END, 1).await.expect_err("locked");
    assert_timeout(&error, Operation::Sweep);
    let error = store.list("ada", None, &mut [KEY]).await.expect_err("locked");
    assert_timeout(&error, Operation::List);
    rival.batch_execute("ROLLBACK").await.expect("it ends");
    assert_eq!(load(&store, &KEY).await, None);
}

// promise: L15
#[tokio::test]
async fn a_queue_of_calls_ends_with_one_time_out() {
    const CALLS: u8 = 100;
    let Some(server) = Postgres::shared() else { return };
    let table = new_table();
    let options = Options::new().table(&table).timeout(SHORT).connections(NonZeroUsize::MIN);
    let store = Arc::new(options.connect(&server.url(), NoTls).await.expect("it connects"));
    let rival = client(&server).await;
    rival.batch_execute(&format!("BEGIN; LOCK TABLE {table}")).await.expect("it locks");
    let begun = Instant::now();
    let mut calls = JoinSet::new();
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
    assert!(begun.elapsed() < SHORT * u32::from(CALLS) / 2, "{:?}", begun.elapsed());
    rival.batch_execute("ROLLBACK").await.expect("it ends");
    let created = store.create(&KEY, anonymous(b"record")).await.expect("it is free again");
    assert_eq!(created, Created::Stored);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_time_out() {
    let Some(server) = Postgres::shared() else { return };
    let proxy = Proxy::start(server.port());
    proxy.swallow_answers(true);
    let options = Options::new().table(new_table()).timeout(SHORT);
    let connected = options.connect(&server.url_by(proxy.port()), NoTls).await;
    assert_timeout(&connected.expect_err("silent"), Operation::Connect);
}

#[tokio::test]
async fn the_longest_time_out_is_one() {
    let Some(server) = Postgres::shared() else { return };
    let options = Options::new().table(new_table()).timeout(Duration::MAX);
    let store = options.connect(&server.url(), NoTls).await.expect("it connects");
    let created = store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    assert_eq!(created, Created::Stored);
}

// promise: S2
#[tokio::test]
async fn what_was_asked_is_done_although_nobody_waits_and_its_connection_is_kept() {
    let Some(server) = Postgres::shared() else { return };
    let proxy = Proxy::start(server.port());
    let options = Options::new().table(new_table()).connections(NonZeroUsize::MIN);
    let store = options.connect(&server.url_by(proxy.port()), NoTls).await.expect("it connects");
    for number in 0..100 {
        let key = StoreKey::from_bytes([number; 16]);
        {
            let create = pin!(store.create(&key, bound(b"record")));
            let polled = create.poll(&mut Context::from_waker(Waker::noop()));
            assert!(polled.is_pending(), "it takes a round trip");
        }
        // There is one connection, so it comes next.
        assert!(store.touch(&key, NOW, END).await.expect("it touches"), "round {number}");
    }
    assert_eq!(proxy.connections(), 1, "none was given up");
}
