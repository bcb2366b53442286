//! What a statement costs, counted by `SQLite` itself: the same in a long table as in a short one.

use rusqlite::{Connection, StatementStatus};

use super::{DESTROY, LIST, LOAD, REVISION, SWEEP, TOUCH, UPDATE};
use crate::schema::TABLE;

fn table(rows: i64) -> Connection {
    let connection = Connection::open_in_memory().expect("it opens");
    connection.execute_batch(TABLE).expect("it is made");
    let fill = "
        INSERT INTO session
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
        SELECT unhex(printf('%032x', n)), 1, n, n, 'user ' || n % 2, x'00' FROM number";
    connection.execute(fill, [rows]).expect("it fills");
    connection
}

/// Steps of SQLite's machine that a sweep takes, and rows it takes away.
fn sweep(connection: &Connection, now: i64, limit: i64) -> (i32, usize) {
    let mut statement = connection.prepare(SWEEP).expect("it is good");
    let taken = statement.execute([now, limit]).expect("it sweeps");
    (statement.get_status(StatementStatus::VmStep), taken)
}

// promise: L13
#[test]
fn a_sweep_is_bounded_by_its_limit_and_not_by_the_table() {
    let (short, long) = (table(100), table(100_000));
    for limit in [0, 1, 10, 50] {
        let all = i64::MAX;
        let (steps, taken) = sweep(&long, all, limit);
        assert_eq!((steps, taken), sweep(&short, all, limit), "limit {limit}");
        assert_eq!(i64::try_from(taken).expect("few"), limit);
        assert!(i64::from(steps) < 100 * (limit + 1), "{steps} steps for {limit}");
    }
    assert_eq!(sweep(&long, 0, 1000), sweep(&short, 0, 1000), "nothing has expired");
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let connection = table(10);
    let by_key = "USING PRIMARY KEY (key=?)";
    for (sql, index) in [
        (LOAD, by_key),
        (UPDATE, by_key),
        (REVISION, by_key),
        (TOUCH, by_key),
        (DESTROY, by_key),
        (SWEEP, "USING COVERING INDEX session_expires (expires<?)"),
        (LIST, "USING COVERING INDEX session_principal (principal=? AND key>?)"),
    ] {
        let plan = plan(&connection, sql);
        let mut searches = plan.iter().filter_map(|step| step.strip_prefix("SEARCH session "));
        assert_eq!(searches.next_back(), Some(index), "{sql}");
        for step in plan {
            let walks = step.starts_with("SCAN") || step.contains("TEMP B-TREE");
            assert!(!walks, "{step} in {sql}");
        }
    }
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it is good");
    let mut rows = explain.raw_query();
    let mut plan = Vec::new();
    while let Some(row) = rows.next().expect("it explains") {
        plan.push(row.get("detail").expect("it is told"));
    }
    plan
}
