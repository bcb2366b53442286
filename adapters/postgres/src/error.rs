//! What can go wrong, and whose matter it is.

use core::fmt;
use core::time::Duration;
use std::error::Error;
use std::io;

use deadpool_postgres::PoolError;
use sansession_store::{ErrorKind, StoreError};
use tokio_postgres::error::SqlState;

/// A call that failed: what was tried, and what the server or the network said.
///
/// Its source is a [`tokio_postgres::Error`] where one was the cause. `Debug` and `Display` show neither passwords nor
/// records. What the server says in detail is only in the source, and tells of no record either, unless somebody has
/// added constraints or triggers to the table.
pub struct PostgresError {
    operation: Operation,
    kind: ErrorKind,
    source: Cause,
}

/// What a store was doing when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Connecting for the first time, and looking for the table.
    Connect,
    /// Making the table, or bringing it up to date.
    Migrate,
    /// Reading a record.
    Load,
    /// Making a record. It may be stored.
    Create,
    /// Replacing a record. It may be stored.
    Update,
    /// Raising the times of a record. They may be raised.
    Touch,
    /// Removing a record. It may be gone.
    Destroy,
    /// Removing what has expired. It may be gone.
    Sweep,
    /// Reading the index of principals.
    List,
}

/// What is behind a failure.
pub(crate) enum Cause {
    Database(tokio_postgres::Error),
    Refusal(Refusal),
}

/// Why a server or a table is not used, or not now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// A name that cannot be a table's.
    Name,
    /// No connection was free, or could be made, for so long.
    NoConnection { waited: Duration },
    /// There was no answer for so long.
    NoAnswer { waited: Duration },
    /// The server takes no writes.
    ReadOnly,
    /// There is no table, and none is to be made.
    NoTable,
    /// The table is of an older release, and is not to be changed.
    Older { version: i32 },
    /// A newer release made the table.
    Newer { version: i32 },
    /// The table does not survive a crash, and was not asked to be so.
    Unlogged,
    /// The pool was closed, which only happens when the store is gone.
    Closed,
}

impl PostgresError {
    /// What the store was doing.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    pub(crate) fn new(operation: Operation, source: impl Into<Cause>) -> Self {
        let source = source.into();
        Self { operation, kind: source.kind(), source }
    }

    /// There is no room on the server's disk, and nothing was done.
    pub(crate) fn is_full(&self) -> bool {
        self.source.state() == Some(&SqlState::DISK_FULL)
    }
}

impl Cause {
    /// The server's own word for it.
    fn state(&self) -> Option<&SqlState> {
        match self {
            Self::Database(error) => error.code(),
            Self::Refusal(_) => None,
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database(error) => match error.code() {
                Some(state) => of_state(state),
                None => of_connection(error),
            },
            Self::Refusal(Refusal::NoConnection { .. } | Refusal::NoAnswer { .. }) => {
                ErrorKind::Timeout
            }
            Self::Refusal(Refusal::Closed) => ErrorKind::Unavailable,
            Self::Refusal(_) => ErrorKind::Misconfigured,
        }
    }
}

/// By the classes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_state(state: &SqlState) -> ErrorKind {
    match state.code() {
        // Cancelled, by its time-out above all; a lock that was not to be had.
        "57014" | "55P03" => ErrorKind::Timeout,
        // Of the table or the index; a page that cannot be read.
        "XX001" | "XX002" => ErrorKind::Corrupt,
        // A server that takes no writes.
        "25006" => ErrorKind::Misconfigured,
        code => match &code[..code.len().min(2)] {
            // Connections, resources, the operator, the system.
            "08" | "53" | "57" | "58" => ErrorKind::Unavailable,
            // Features and names (a prepared statement that is not there), who may, what there is.
            "0A" | "26" | "28" | "3D" | "3F" | "42" => ErrorKind::Misconfigured,
            _ => ErrorKind::Other,
        },
    }
}

/// What no server said.
fn of_connection(error: &tokio_postgres::Error) -> ErrorKind {
    match error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
        Some(error) if error.kind() == io::ErrorKind::TimedOut => ErrorKind::Timeout,
        Some(_) => ErrorKind::Unavailable,
        None if error.is_closed() => ErrorKind::Unavailable,
        // The address, TLS, or columns of other types than ours.
        None => ErrorKind::Misconfigured,
    }
}

impl From<tokio_postgres::Error> for Cause {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<PoolError> for Cause {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Database(error),
            // The store sets neither time-outs nor hooks, and never closes its pool.
            _ => Self::Refusal(Refusal::Closed),
        }
    }
}

impl StoreError for PostgresError {
    fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl Error for PostgresError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match &self.source {
            Cause::Database(error) => error,
            Cause::Refusal(error) => error,
        })
    }
}

impl Error for Refusal {}

impl fmt::Debug for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("PostgresError");
        debug.field("operation", &self.operation).field("kind", &self.kind);
        match &self.source {
            Cause::Database(error) => match error.as_db_error() {
                // Without its details, which can tell of a row.
                Some(error) => debug.field(error.code().code(), &error.message()),
                None => debug.field("source", error),
            },
            Cause::Refusal(refusal) => debug.field("source", refusal),
        };
        debug.finish()
    }
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation {
            Operation::Connect => "cannot connect to the session database",
            Operation::Migrate => "cannot set up the session table",
            Operation::Load => "cannot read a session",
            Operation::Create => "cannot make a session",
            Operation::Update => "cannot write a session",
            Operation::Touch => "cannot raise the times of a session",
            Operation::Destroy => "cannot remove a session",
            Operation::Sweep => "cannot remove expired sessions",
            Operation::List => "cannot list the sessions of a principal",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str(
                "names of tables and schemas are 1 to 48 letters, digits and underscores, not a digit at first",
            ),
            Self::NoConnection { waited } => write!(f, "there was no connection for {waited:?}"),
            Self::NoAnswer { waited } => write!(f, "there was no answer for {waited:?}"),
            Self::ReadOnly => f.write_str("the server takes no writes: a standby, or set so"),
            Self::NoTable => f.write_str("there is no table, and it is not to be made"),
            Self::Older { version } => {
                write!(f, "the table has version {version}, and is not to be brought up to date")
            }
            Self::Newer { version } => {
                write!(f, "the table was made by a newer release (version {version})")
            }
            Self::Unlogged => f.write_str("the table is unlogged: a crash would empty it"),
            Self::Closed => f.write_str("the pool is closed"),
        }
    }
}
