//! What a statement costs, counted by `SQLite` itself: the same in a long table as in a short one.

use rusqlite::{Connection, StatementStatus};

use super::{CREATE, DESTROY, LIST, LOAD, REVISION, SWEEP, TOUCH, UPDATE};
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
fn no_statement_walks_over_the_table_or_sorts_it() {
    let connection = table(10);
    for sql in [LOAD, CREATE, UPDATE, REVISION, TOUCH, DESTROY, SWEEP, LIST] {
        let mut plan =
            connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("it is good");
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().expect("it explains") {
            let step: String = row.get("detail").expect("it is told");
            let is_good =
                step.starts_with("SEARCH session USING") || step.starts_with("LIST SUBQUERY");
            assert!(is_good, "{step} in {sql}");
        }
    }
}
