//! What can go wrong, and whose matter it is.

use core::fmt;
use core::time::Duration;
use std::error::Error;
use std::io;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use sansession_store::{ErrorKind, StoreError};

/// A call that failed: what was tried, and what SQLite or the operating system said.
///
/// Its source is a [`rusqlite::Error`] or an [`io::Error`] where one of them was the cause.
#[derive(Debug)]
pub struct SqliteError {
    operation: Operation,
    kind: ErrorKind,
    source: Cause,
}

/// What a store was doing when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Making or opening the database.
    Open,
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
    /// Removing what has expired.
    Sweep,
    /// Reading the index of principals.
    List,
}

/// What is behind a failure.
#[derive(Debug)]
pub(crate) enum Cause {
    Database(rusqlite::Error),
    File(io::Error),
    /// The thread that did the work is gone: the runtime is shutting down.
    Thread(tokio::task::JoinError),
    Refusal(Refusal),
}

/// Why a database is not used, or not now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// It is another program's.
    Foreign { application_id: i32 },
    /// A newer release made it.
    Newer { version: i32 },
    /// It cannot be kept in WAL mode, as on file systems without shared memory.
    NoWal { mode: String },
    /// All connections were busy for so long.
    Busy { waited: Duration },
}

impl SqliteError {
    /// What the store was doing.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    pub(crate) fn new(operation: Operation, source: impl Into<Cause>) -> Self {
        let source = source.into();
        Self { operation, kind: source.kind(), source }
    }

    /// There is no room on the disk, or no more for this store.
    pub(crate) fn is_full(&self) -> bool {
        let Cause::Database(error) = &self.source else { return false };
        error.sqlite_error().is_some_and(|error| {
            error.code == ErrorCode::DiskFull || error.extended_code == SQLITE_IOERR_SHMSIZE
        })
    }

    /// Somebody else has the database, for now.
    pub(crate) fn is_busy(&self) -> bool {
        let Cause::Database(error) = &self.source else { return false };
        error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
    }
}

impl Cause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database(error) => of_database(error),
            Self::File(error) => of_file(error),
            Self::Thread(_) => ErrorKind::Unavailable,
            Self::Refusal(Refusal::Busy { .. }) => ErrorKind::Timeout,
            Self::Refusal(_) => ErrorKind::Misconfigured,
        }
    }
}

fn of_database(error: &rusqlite::Error) -> ErrorKind {
    match error {
        // No column has another type, and no table another shape, unless somebody else made it.
        rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::FromSqlConversionFailure(..) => {
            ErrorKind::Corrupt
        }
        rusqlite::Error::SqlInputError { .. } | rusqlite::Error::InvalidPath(_) => {
            ErrorKind::Misconfigured
        }
        _ => error.sqlite_error_code().map_or(ErrorKind::Other, of_code),
    }
}

fn of_code(code: ErrorCode) -> ErrorKind {
    match code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Timeout,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::TypeMismatch => {
            ErrorKind::Corrupt
        }
        ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::ReadOnly
        | ErrorCode::AuthorizationForStatementDenied
        | ErrorCode::NoLargeFileSupport => ErrorKind::Misconfigured,
        ErrorCode::SystemIoFailure
        | ErrorCode::DiskFull
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OutOfMemory => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    }
}

fn of_file(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::Misconfigured,
        _ => ErrorKind::Unavailable,
    }
}

impl From<rusqlite::Error> for Cause {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<Refusal> for Cause {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<tokio::task::JoinError> for Cause {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Thread(error)
    }
}

impl StoreError for SqliteError {
    fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl Error for SqliteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(match &self.source {
            Cause::Database(error) => error,
            Cause::File(error) => error,
            Cause::Thread(error) => error,
            Cause::Refusal(error) => error,
        })
    }
}

impl Error for Refusal {}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation {
            Operation::Open => "cannot open the session database",
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
            Self::Foreign { application_id } => {
                write!(f, "the database is another program's (application_id {application_id:#x})")
            }
            Self::Newer { version } => {
                write!(f, "the database was made by a newer release (user_version {version})")
            }
            Self::NoWal { mode } => {
                write!(f, "the file system does not allow WAL mode (journal_mode {mode})")
            }
            Self::Busy { waited } => write!(f, "all connections were busy for {waited:?}"),
        }
    }
}
