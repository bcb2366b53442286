//! Calls that wait for another transaction, and what they answer once it is over.
//!
//! The other transaction is held open until the server says that the call waits for it, so every race is run.

mod common;

use std::cell::Cell;
use std::time::Duration;

use common::{END, KEY, NOW, Postgres, anonymous, bound, client, load, new_table};
use sansession::{Revision, Timestamp, Write};
use sansession_postgres::tokio_postgres::Client;
use sansession_postgres::{NoTls, Options, PostgresStore};
use sansession_store::{Created, SendStore as _, Updated};

struct Race {
    store: PostgresStore,
    table: String,
    /// Whose transaction the call waits for.
    rival: Client,
    /// Who watches it.
    watch: Client,
}

impl Race {
    async fn new(server: &Postgres) -> Self {
        let table = new_table();
        let options = Options::new().table(&table).timeout(Duration::from_secs(60));
        let store = options.connect(&server.url(), NoTls).await.expect("it connects");
        Self { store, table, rival: client(server).await, watch: client(server).await }
    }

    /// Makes the rival's change, then the call; ends the rival's transaction when the call waits for it.
    async fn run<T>(&self, rival: &str, end: &str, call: impl Future<Output = T>) -> T {
        let begin = format!("BEGIN; {}", rival.replace("TABLE", &self.table));
        self.rival.batch_execute(&begin).await.expect("nobody else is there");
        let is_answered = Cell::new(false);
        let call = async {
            let answer = call.await;
            is_answered.set(true);
            answer
        };
        let waiting = async {
            while !self.is_waited_for().await {
                assert!(!is_answered.get(), "the call did not wait for the other transaction");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            self.rival.batch_execute(end).await.expect("it ends");
        };
        let (answer, ()) = tokio::join!(call, waiting);
        answer
    }

    async fn is_waited_for(&self) -> bool {
        let waits = "SELECT count(*) FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query LIKE '%\"' || $1 || '\"%'";
        let row = self.watch.query_one(waits, &[&self.table]).await.expect("it can be asked");
        row.get::<_, i64>(0) == 1
    }
}

const CHANGE: &str = "UPDATE TABLE SET revision = revision + 1, record = 'rival'";
const DELETE: &str = "DELETE FROM TABLE";
const INSERT: &str =
    "INSERT INTO TABLE VALUES (decode(repeat('5f', 16), 'hex'), 1, 0, 0, NULL, 'rival')";

// promise: L6 L5
#[tokio::test]
async fn an_update_that_waited_tells_what_became_of_the_record() {
    let Some(server) = Postgres::shared() else { return };
    let race = Race::new(&server).await;
    let update = |revision| race.store.update(&KEY, Revision::new(revision), anonymous(b"ours"));
    race.store.create(&KEY, bound(b"first")).await.expect("it creates");

    let answer = race.run(CHANGE, "ROLLBACK", update(1)).await.expect("it answers");
    assert_eq!(answer, Updated::Stored);
    let answer = race.run(DELETE, "ROLLBACK", update(2)).await.expect("it answers");
    assert_eq!(answer, Updated::Stored);
    let answer = race.run(CHANGE, "COMMIT", update(3)).await.expect("it answers");
    assert_eq!(answer, Updated::Conflict);
    let found = load(&race.store, &KEY).await;
    assert_eq!(found, Some((b"rival".to_vec(), Revision::new(4))));
    let answer = race.run(DELETE, "COMMIT", update(4)).await.expect("it answers");
    assert_eq!(answer, Updated::Missing);
    assert_eq!(load(&race.store, &KEY).await, None, "nothing was brought back");
}

// promise: L6
#[tokio::test]
async fn a_lost_race_is_told_from_a_lost_session_by_the_latest_state() {
    let Some(server) = Postgres::shared() else { return };
    let race = Race::new(&server).await;
    race.store.create(&KEY, anonymous(b"first")).await.expect("it creates");
    // It would be a conflict by what the statement saw at first.
    let update = race.store.update(&KEY, Revision::new(7), anonymous(b"ours"));
    let answer = race.run(DELETE, "COMMIT", update).await.expect("it answers");
    assert_eq!(answer, Updated::Missing);
}

// promise: I3
#[tokio::test]
async fn a_create_that_waited_never_overwrites() {
    let Some(server) = Postgres::shared() else { return };
    let race = Race::new(&server).await;
    let create = || race.store.create(&KEY, anonymous(b"ours"));
    let answer = race.run(INSERT, "COMMIT", create()).await.expect("it answers");
    assert_eq!(answer, Created::Conflict);
    assert_eq!(load(&race.store, &KEY).await.expect("it is there").0, b"rival");
    race.store.destroy(&KEY).await.expect("it destroys");
    let answer = race.run(INSERT, "ROLLBACK", create()).await.expect("it answers");
    assert_eq!(answer, Created::Stored);
}

// promise: L9 L4
#[tokio::test]
async fn a_touch_or_destroy_that_waited_acts_on_the_latest_state() {
    let Some(server) = Postgres::shared() else { return };
    let race = Race::new(&server).await;
    let later = END.after(Duration::from_secs(1));
    race.store.create(&KEY, anonymous(b"first")).await.expect("it creates");
    let touched = race.run(CHANGE, "COMMIT", race.store.touch(&KEY, NOW, later)).await;
    assert!(touched.expect("it touches"));
    assert_eq!(race.store.sweep(END, 10).await.expect("it sweeps"), 0, "its end has risen");
    assert_eq!(load(&race.store, &KEY).await.expect("it is there").0, b"rival", "and no more");
    let destroyed = race.run(CHANGE, "COMMIT", race.store.destroy(&KEY)).await;
    assert!(destroyed.expect("it destroys"), "whatever its revision");
    race.store.create(&KEY, anonymous(b"again")).await.expect("it creates");
    let destroyed = race.run(DELETE, "COMMIT", race.store.destroy(&KEY)).await;
    assert!(!destroyed.expect("it answers"), "one destroy wins");
}

// promise: L13
#[tokio::test]
async fn a_sweep_waits_for_nobody_and_leaves_what_others_hold() {
    let Some(server) = Postgres::shared() else { return };
    let race = Race::new(&server).await;
    race.store.create(&KEY, anonymous(b"held")).await.expect("it creates");
    let other = sansession::StoreKey::from_bytes([1; 16]);
    race.store.create(&other, anonymous(b"free")).await.expect("it creates");
    let hold =
        format!("BEGIN; UPDATE {} SET expires = {} WHERE record = 'held'", race.table, u32::MAX);
    race.rival.batch_execute(&hold).await.expect("nobody else is there");
    assert_eq!(race.store.sweep(END, 10).await.expect("it sweeps"), 1);
    race.rival.batch_execute("ROLLBACK").await.expect("it ends");
    assert_eq!(race.store.sweep(END, 10).await.expect("it sweeps"), 1);
}

// promise: L8
#[tokio::test]
async fn the_servers_clock_does_not_matter() {
    let Some(server) = Postgres::shared() else { return };
    let store = common::store(&server).await;
    for (number, now) in [(1, Timestamp::from_millis(1)), (2, Timestamp::MAX)] {
        let key = sansession::StoreKey::from_bytes([number; 16]);
        let before = Timestamp::from_millis(now.as_millis() - 1);
        store.create(&key, Write::new(b"record", now, now)).await.expect("it creates");
        assert!(load(&store, &key).await.is_some(), "expired or not, it is there");
        assert_eq!(store.sweep(before, 10).await.expect("it sweeps"), 0);
        assert!(store.touch(&key, now, now).await.expect("it touches"));
        assert_eq!(store.sweep(now, 10).await.expect("it sweeps"), 1);
    }
}
