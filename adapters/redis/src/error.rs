//! What can go wrong, and whose matter it is.

use core::fmt;
use std::error::Error;

use redis::ServerErrorKind as Server;
use sansession_store::{ErrorKind, StoreError};

use crate::link::Failure;

/// A call that failed: what was tried, and why.
#[derive(Debug)]
pub struct RedisError {
    operation: Operation,
    kind: ErrorKind,
    cause: Cause,
}

/// What a store was doing when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Connecting for the first time.
    Connect,
    /// Asking the server how it is set up.
    Check,
    /// Reading a record.
    Load,
    /// Writing a new record. It may be stored.
    Create,
    /// Replacing a record. It may be replaced.
    Update,
    /// Raising the time of last use. It may be raised.
    Touch,
    /// Removing a record. It may be gone.
    Destroy,
    /// Looking through the index for what is gone.
    Sweep,
    /// Listing a principal's sessions.
    List,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// The client library, or the server through it.
    Client(redis::RedisError),
    /// A record was written by a newer release.
    Newer,
    /// An answer has another form than was asked for.
    Answer,
    /// The write was made, and fewer replicas than asked for have it.
    Replicas { asked: u32, reached: u32 },
}

impl RedisError {
    /// What the store was doing.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    pub(crate) fn new(operation: Operation, cause: Cause) -> Self {
        let kind = match &cause {
            Cause::Client(error) => kind(error),
            Cause::Newer => ErrorKind::Misconfigured,
            Cause::Answer => ErrorKind::Corrupt,
            Cause::Replicas { .. } => ErrorKind::Timeout,
        };
        Self { operation, kind, cause: cause.without_arguments() }
    }

    pub(crate) fn asked(operation: Operation) -> impl Fn(Failure) -> Self {
        move |failure| {
            let (error, nothing_was_done) = match failure {
                Failure::Asking(error) => (error, false),
                Failure::Connecting(error) | Failure::Unsettled(error) => (error, true),
            };
            let mut failed = Self::new(operation, Cause::Client(error));
            if nothing_was_done && !failed.is_lasting() {
                failed.kind = ErrorKind::Unavailable;
            }
            failed
        }
    }

    /// It is up to somebody, and not to time.
    pub(crate) fn is_lasting(&self) -> bool {
        use Server::{Ask, Moved, ReadOnly};
        let passes = matches!(
            &self.cause,
            Cause::Client(error) if matches!(error.kind(), redis::ErrorKind::Server(Ask | Moved | ReadOnly))
        );
        self.kind == ErrorKind::Misconfigured && !passes
    }

    /// The server has no room for more.
    pub(crate) fn is_full(&self) -> bool {
        matches!(&self.cause, Cause::Client(error) if error.code() == Some("OOM"))
    }
}

/// What an error of the client library is about.
fn kind(error: &redis::RedisError) -> ErrorKind {
    match error.kind() {
        redis::ErrorKind::Io if error.is_timeout() => ErrorKind::Timeout,
        redis::ErrorKind::Io | redis::ErrorKind::ClusterConnectionNotFound => {
            ErrorKind::Unavailable
        }
        redis::ErrorKind::AuthenticationFailed
        | redis::ErrorKind::InvalidClientConfig
        | redis::ErrorKind::RESP3NotSupported => ErrorKind::Misconfigured,
        redis::ErrorKind::Parse | redis::ErrorKind::UnexpectedReturnType => ErrorKind::Corrupt,
        redis::ErrorKind::Server(
            Server::BusyLoading | Server::ClusterDown | Server::MasterDown | Server::TryAgain,
        ) => ErrorKind::Unavailable,
        // One server is asked that is part of a cluster, or follows another; or may not be asked this.
        redis::ErrorKind::Server(
            Server::Moved | Server::Ask | Server::CrossSlot | Server::ReadOnly | Server::NoPerm,
        ) => ErrorKind::Misconfigured,
        _ => match error.code() {
            Some("NOAUTH" | "WRONGPASS" | "WRONGTYPE" | "NOPROTO") => ErrorKind::Misconfigured,
            Some("ERR") if says(error, "unknown command") => ErrorKind::Misconfigured,
            // It will not take writes now: no disk, no replicas, or a script that runs on.
            Some("UNBLOCKED") => ErrorKind::Timeout,
            Some("MISCONF" | "NOREPLICAS" | "BUSY") => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        },
    }
}

fn says(error: &redis::RedisError, words: &str) -> bool {
    error.detail().is_some_and(|detail| detail.contains(words))
}

impl Cause {
    /// A server that does not know a command quotes its arguments, and these may be a record.
    fn without_arguments(self) -> Self {
        const QUOTED: &str = ", with args beginning with";
        match self {
            Self::Client(error) if says(&error, QUOTED) => {
                let detail = error.detail().and_then(|detail| detail.split(QUOTED).next());
                let code = error.code().unwrap_or("ERR").to_owned();
                Self::Client(redis::make_extension_error(code, detail.map(str::to_owned)))
            }
            cause => cause,
        }
    }
}

impl StoreError for RedisError {
    fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl Error for RedisError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Client(error) => Some(error),
            cause => Some(cause),
        }
    }
}

impl Error for Cause {}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.operation {
            Operation::Connect => "cannot connect to the session server",
            Operation::Check => "cannot ask the session server how it is set up",
            Operation::Load => "cannot load a session",
            Operation::Create => "cannot create a session",
            Operation::Update => "cannot update a session",
            Operation::Touch => "cannot touch a session",
            Operation::Destroy => "cannot destroy a session",
            Operation::Sweep => "cannot sweep the index of principals",
            Operation::List => "cannot list a principal's sessions",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(error) => error.fmt(f),
            Self::Newer => f.write_str("the record was written by a newer release"),
            Self::Answer => f.write_str("the server's answer has an unknown form"),
            Self::Replicas { asked, reached } => {
                write!(f, "written, but on {reached} replicas and not {asked} in time")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(failure: Failure) -> ErrorKind {
        RedisError::asked(Operation::Load)(failure).kind()
    }

    fn server(kind: Server) -> redis::RedisError {
        redis::RedisError::from((redis::ErrorKind::Server(kind), "said so"))
    }

    fn timeout() -> redis::RedisError {
        std::io::Error::from(std::io::ErrorKind::TimedOut).into()
    }

    #[test]
    fn what_was_never_asked_cannot_have_been_done() {
        assert_eq!(failed(Failure::Asking(timeout())), ErrorKind::Timeout);
        assert_eq!(failed(Failure::Connecting(timeout())), ErrorKind::Unavailable);
    }

    #[test]
    fn a_cluster_that_settles_is_unavailable_and_no_wrong_configuration() {
        for kind in [Server::Ask, Server::Moved, Server::ReadOnly] {
            assert_eq!(failed(Failure::Asking(server(kind))), ErrorKind::Misconfigured);
            assert_eq!(failed(Failure::Unsettled(server(kind))), ErrorKind::Unavailable);
        }
        for kind in [Server::ClusterDown, Server::TryAgain, Server::BusyLoading] {
            assert_eq!(failed(Failure::Unsettled(server(kind))), ErrorKind::Unavailable);
        }
        // That does not pass.
        assert_eq!(failed(Failure::Connecting(server(Server::NoPerm))), ErrorKind::Misconfigured);
    }
}
