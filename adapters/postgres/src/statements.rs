//! The store contract in SQL: one statement for each call.
//!
//! In: the name of a table. Out: statements with the types of their parameters. It refuses to know connections. They are
//! written for the isolation level READ COMMITTED, which the store asks for: a statement that waited for a row sees it
//! as it became. None asks the server for the time.

use tokio_postgres::types::Type;

use crate::name::Names;

/// A statement, and what it takes.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) types: &'static [Type],
}

#[derive(Debug)]
pub(crate) struct Statements {
    /// (key, longest): a row of revision, seen, length, and the record if it is no longer than that.
    pub(crate) load: Statement,
    /// (key, seen, expires, principal, record): a row if it was made.
    pub(crate) create: Statement,
    /// (key, expected, seen, expires, principal, record): a row of whether it was updated, and whether it is there.
    pub(crate) update: Statement,
    /// (key, seen, expires): a row if it is there.
    pub(crate) touch: Statement,
    /// (key): a row if it was there.
    pub(crate) destroy: Statement,
    /// (now, limit): a row of how many were taken.
    pub(crate) sweep: Statement,
    /// (principal, after, limit): rows of keys.
    pub(crate) list: Statement,
}

impl Statements {
    pub(crate) fn new(names: &Names) -> Self {
        let table = &names.table;
        Self {
            // Of a record that is too long, nothing but its length is fetched.
            load: Statement {
                sql: format!(
                    "SELECT revision, seen, octet_length(record),
                        CASE WHEN octet_length(record) <= $2 THEN record END
                    FROM {table} WHERE key = $1"
                ),
                types: &[Type::BYTEA, Type::INT4],
            },
            create: Statement {
                sql: format!(
                    "INSERT INTO {table} (key, revision, seen, expires, principal, record)
                    VALUES ($1, 1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING RETURNING true"
                ),
                types: &[Type::BYTEA, Type::INT8, Type::INT8, Type::BYTEA, Type::BYTEA],
            },
            // All parts of a statement see the rows as they were when it began, but for one that a part waits for or
            // locks: that part sees it as it became. So only a lock can tell whether a row that another transaction
            // changed or deleted meanwhile is still there. It is asked for after the update, and only if that found
            // nothing to do.
            update: Statement {
                sql: format!(
                    "WITH updated AS (
                        UPDATE {table}
                        SET revision = revision + 1, seen = greatest(seen, $3), expires = $4, principal = $5,
                            record = $6
                        WHERE key = $1 AND revision = $2 RETURNING true
                    ), found AS (
                        SELECT true FROM {table}
                        WHERE key = $1 AND NOT EXISTS (SELECT FROM updated) FOR KEY SHARE
                    )
                    SELECT EXISTS (SELECT FROM updated), EXISTS (SELECT FROM found)"
                ),
                types: &[
                    Type::BYTEA,
                    Type::INT8,
                    Type::INT8,
                    Type::INT8,
                    Type::BYTEA,
                    Type::BYTEA,
                ],
            },
            touch: Statement {
                sql: format!(
                    "UPDATE {table} SET seen = greatest(seen, $2), expires = greatest(expires, $3)
                    WHERE key = $1 RETURNING true"
                ),
                types: &[Type::BYTEA, Type::INT8, Type::INT8],
            },
            destroy: Statement {
                sql: format!("DELETE FROM {table} WHERE key = $1 RETURNING true"),
                types: &[Type::BYTEA],
            },
            // Rows that somebody else is changing, or sweeping, are left to the next sweep. A row is looked at again
            // once it is locked, so one that was touched meanwhile stays.
            sweep: Statement {
                sql: format!(
                    "WITH swept AS (
                        DELETE FROM {table} WHERE key = ANY (ARRAY (
                            SELECT key FROM {table} WHERE expires <= $1 ORDER BY expires LIMIT $2
                            FOR UPDATE SKIP LOCKED
                        )) RETURNING true
                    )
                    SELECT count(*) FROM swept"
                ),
                types: &[Type::INT8, Type::INT8],
            },
            list: Statement {
                sql: format!(
                    "SELECT key FROM {table} WHERE principal = $1 AND key > $2 ORDER BY key LIMIT $3"
                ),
                types: &[Type::BYTEA, Type::BYTEA, Type::INT8],
            },
        }
    }
}
