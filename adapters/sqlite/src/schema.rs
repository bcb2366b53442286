//! The file: made, recognised, and set up for a connection.
//!
//! In: a path. Out: connections to a database that is ours, or why there is none. It refuses to know sessions.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{Cause, Operation, Refusal, SqliteError};
use crate::options::Options;

/// Tells our files from those of others: "sans".
const APPLICATION_ID: i32 = 0x7361_6e73;

/// Counts the shapes of the table.
const VERSION: i32 = 1;

/// Rows are found by their key alone, so the key is where they lie. An entry of an index ends with the key, so that of
/// principals is in the order of a listing.
pub(crate) const TABLE: &str = "
    CREATE TABLE session (
        key BLOB PRIMARY KEY NOT NULL,
        revision INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        expires INTEGER NOT NULL,
        principal TEXT,
        record BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX session_expires ON session (expires);
    CREATE INDEX session_principal ON session (principal) WHERE principal IS NOT NULL;
";

/// For each connection. A commit is synced before it is answered; removed rows are overwritten; the log beside the file
/// is cut back to 16 MiB when it could be written back.
const SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 16777216;
    PRAGMA cell_size_check = ON;
    PRAGMA trusted_schema = OFF;
";

/// How long until a file that somebody else is making is looked at again.
const AGAIN: Duration = Duration::from_millis(10);

/// Statements that a connection keeps prepared; there are fewer.
const STATEMENTS: usize = 16;

/// Opens the connection that writes, and makes what is not there yet.
pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Connection, SqliteError> {
    let deadline = Instant::now() + options.timeout;
    loop {
        match try_open_writer(path, options) {
            // Where waiting could end in a deadlock, SQLite does not wait by itself.
            Err(error) if error.is_busy() && Instant::now() < deadline => sleep(AGAIN),
            opened => return opened,
        }
    }
}

/// Opens a connection that cannot write, to a file that the writer was opened for.
pub(crate) fn open_reader(path: &Path, options: &Options) -> Result<Connection, SqliteError> {
    let connect = || {
        let connection = connect(path, options)?;
        connection.execute_batch(SETTINGS)?;
        connection.execute_batch("PRAGMA query_only = ON")?;
        Ok(connection)
    };
    connect().map_err(opening)
}

/// The path as it stays when the working directory changes. Also, no name means anything special then.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, SqliteError> {
    std::path::absolute(path).map_err(|error| opening(error.into()))
}

fn opening(cause: Cause) -> SqliteError {
    SqliteError::new(Operation::Open, cause)
}

fn try_open_writer(path: &Path, options: &Options) -> Result<Connection, SqliteError> {
    let open = || {
        make_file(path)?;
        let mut connection = connect(path, options)?;
        // A database of somebody else is not even locked.
        if is_empty(&connection)? {
            make_table(&mut connection)?;
        }
        recognise(&connection)?;
        connection.execute_batch(SETTINGS)?;
        keep_log(&connection)?;
        if let Some(bytes) = options.max_bytes {
            limit(&connection, bytes)?;
        }
        Ok(connection)
    };
    open().map_err(opening)
}

fn connect(path: &Path, options: &Options) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(options.timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Makes an empty file for its owner only; SQLite gives the files beside it the same mode.
///
/// One that is there is not opened: closing it would let go of all locks that this process has on it.
fn make_file(path: &Path) -> io::Result<()> {
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Nobody has made anything in it.
fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let made = "SELECT count(*) FROM sqlite_schema";
    let made: i64 = connection.query_row(made, [], |row| row.get(0))?;
    Ok(made == 0 && number(connection, "application_id")? == 0 && version(connection)? == 0)
}

/// Makes the table and signs the file, both or none of it.
fn make_table(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    if is_empty(&transaction)? {
        transaction.execute_batch(TABLE)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

fn recognise(connection: &Connection) -> Result<(), Cause> {
    let application_id = number(connection, "application_id")?;
    if application_id != APPLICATION_ID {
        return Err(Refusal::Foreign { application_id }.into());
    }
    match version(connection)? {
        VERSION => Ok(()),
        version => Err(Refusal::Newer { version }.into()),
    }
}

/// Readers and a writer do not wait for each other, and a commit is one sync.
fn keep_log(connection: &Connection) -> Result<(), Cause> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(Refusal::NoWal { mode }.into()) }
}

fn limit(connection: &Connection, bytes: u64) -> rusqlite::Result<()> {
    let page = u64::try_from(number(connection, "page_size")?).unwrap_or(1).max(1);
    let pages = i64::try_from(bytes / page).unwrap_or(i64::MAX).max(1);
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
}

fn version(connection: &Connection) -> rusqlite::Result<i32> {
    number(connection, "user_version")
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use sansession_test_servers::Scratch;

    use super::*;

    // promise: S2
    #[test]
    fn every_connection_syncs_and_overwrites_and_readers_write_nothing() {
        let scratch = Scratch::new();
        let (path, options) = (scratch.file("sessions.db"), Options::new());
        let writer = open_writer(&path, &options).expect("it opens");
        let reader = open_reader(&path, &options).expect("it opens");
        for (connection, query_only) in [(&writer, 0), (&reader, 1)] {
            for (pragma, value) in [
                // FULL
                ("synchronous", 2),
                ("fullfsync", 1),
                ("checkpoint_fullfsync", 1),
                ("secure_delete", 1),
                ("query_only", query_only),
                ("busy_timeout", 5000),
            ] {
                assert_eq!(number(connection, pragma), Ok(value), "{pragma}");
            }
            let mode: Result<String, _> =
                connection.pragma_query_value(None, "journal_mode", |row| row.get(0));
            assert_eq!(mode.as_deref(), Ok("wal"));
        }
        let error = reader.execute("DELETE FROM session", []).expect_err("it may not");
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::ReadOnly));
    }
}
