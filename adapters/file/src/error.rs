//! What can go wrong, and whose matter it is.

use core::fmt;
use std::error::Error;
use std::io::{self, ErrorKind as Io};

use sansession_store::{ErrorKind, StoreError};

/// A call that failed: what was tried, and what the operating system said.
#[derive(Debug)]
pub struct FileError {
    operation: Operation,
    kind: ErrorKind,
    source: io::Error,
}

/// What a store was doing when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Making or opening the directory.
    Open,
    /// Taking the lock of a shard.
    Lock,
    /// Reading a record.
    Read,
    /// Writing a record. It may be stored.
    Write,
    /// Removing a record. It may be gone.
    Remove,
    /// Reading or changing the index of principals.
    Index,
    /// Looking for what has expired.
    Sweep,
    /// Waiting for the thread that does the work. It may be done.
    Wait,
}

impl FileError {
    /// What the store was doing.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Says what was tried when `source` happened.
    pub(crate) fn new(operation: Operation) -> impl Fn(io::Error) -> Self {
        move |source| Self { operation, kind: kind(&source), source }
    }

    /// There is no room on the disk, or no more for this user.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self.source.kind(), Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge)
    }
}

fn kind(error: &io::Error) -> ErrorKind {
    match error.kind() {
        Io::NotFound
        | Io::NotADirectory
        | Io::PermissionDenied
        | Io::ReadOnlyFilesystem
        | Io::Unsupported => ErrorKind::Misconfigured,
        Io::InvalidData | Io::IsADirectory => ErrorKind::Corrupt,
        _ => ErrorKind::Unavailable,
    }
}

impl StoreError for FileError {
    fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl Error for FileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation {
            Operation::Open => "cannot open the session directory",
            Operation::Lock => "cannot lock a session",
            Operation::Read => "cannot read a session",
            Operation::Write => "cannot write a session",
            Operation::Remove => "cannot remove a session",
            Operation::Index => "cannot use the index of principals",
            Operation::Sweep => "cannot look for expired sessions",
            Operation::Wait => "the work was not waited for",
        })
    }
}
