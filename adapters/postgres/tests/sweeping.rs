//! A million sessions that have expired, taken away in portions, by two nodes at once.

mod common;

use std::time::Duration;

use common::{END, KEY, NOW, Postgres, bound, client, load, new_table};
use sansession::{StoreKey, Timestamp};
use sansession_postgres::tokio_postgres::Client;
use sansession_postgres::{NoTls, Options, PostgresStore};
use sansession_store::SendStore as _;

const MANY: usize = 1_000_000;
const PORTION: usize = 20_000;

/// Sweeps until nothing is left; the portions it took.
async fn sweep(store: &PostgresStore, now: Timestamp) -> Vec<usize> {
    let mut portions = Vec::new();
    loop {
        match store.sweep(now, PORTION).await.expect("it sweeps") {
            0 => return portions,
            portion => portions.push(portion),
        }
    }
}

/// How often the server walked over the whole table, and how often it used an index of it.
async fn scans(client: &Client, table: &str) -> (i64, i64) {
    let scans = "SELECT seq_scan, idx_scan FROM pg_stat_all_tables WHERE relname = $1";
    let row = client.query_one(scans, &[&table]).await.expect("it can be asked");
    (row.get(0), row.get(1))
}

// promise: L13
#[tokio::test(flavor = "multi_thread")]
async fn a_million_expired_sessions_go_in_portions() {
    let Some(server) = Postgres::start() else { return };
    let table = new_table();
    let options = Options::new().table(&table).timeout(Duration::from_secs(60));
    let node = options.clone().connect(&server.url(), NoTls).await.expect("it connects");
    let other = options.connect(&server.url(), NoTls).await.expect("it connects");
    let fill = format!(
        "INSERT INTO {table}
        SELECT decode(lpad(to_hex(n), 32, '0'), 'hex'), 1, {now}, {now} + n % 3600000,
            CASE n % 3 WHEN 0 THEN convert_to('user ' || n % 1000, 'UTF8') END, '\\x0011223344'
        FROM generate_series(1, {MANY}) n; ANALYZE {table}",
        now = NOW.as_millis()
    );
    let client = client(&server).await;
    client.batch_execute(&fill).await.expect("it fills");
    node.create(&KEY, bound(b"lives")).await.expect("it creates");
    let soon = Timestamp::from_millis(END.as_millis() - 1);

    // Rows that one has hold of are passed over by the other, so together they take each once.
    let (whole, _) = scans(&client, &table).await;
    let (one, two) = tokio::join!(sweep(&node, soon), sweep(&other, soon));

    let rest = sweep(&node, soon).await;
    let portions = || one.iter().chain(&two).chain(&rest);
    assert!(portions().all(|portion| *portion <= PORTION), "{one:?} {two:?}");
    assert_eq!(portions().sum::<usize>(), MANY);
    assert!(load(&node, &KEY).await.is_some(), "it lives");
    // The server counts with a delay. Each portion finds its rows by one index and removes them by another.
    while scans(&client, &table).await.1 < 2 * i64::try_from(MANY / PORTION).expect("few") {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(scans(&client, &table).await.0, whole, "no portion walks over the table");
    let mut listed = [StoreKey::default(); 2];
    assert_eq!(node.list("ada", None, &mut listed).await.expect("it lists"), 1);
    assert_eq!(node.list("user 0", None, &mut listed).await.expect("it lists"), 0);
}
