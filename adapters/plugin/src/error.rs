//! One flat error for all that can go wrong, whatever keeps the sessions.

use std::error::Error;
use std::fmt;

use sansession::{ConfigError, Outcome, WriteError};
use sansession_store::{ErrorKind, OpenError, StoreError};
use serde::Serialize;

/// Why a call failed. The texts are for logs: no id and no data are in them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", content = "message", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SessionError {
    /// There is no such session, or it ended meanwhile.
    NotFound,
    /// Data that are no JSON, a user id of no or more than 255 bytes, or a lifetime of nothing.
    Invalid(String),
    /// The data do not fit into a session.
    TooLarge(String),
    /// Others changed the session again and again; ask again.
    Conflict,
    /// What keeps the sessions has no room.
    Full,
    /// What keeps the sessions cannot be reached, or not in time. What was asked may have been done.
    Unavailable(String),
    /// This plugin cannot do that.
    Unsupported(String),
    /// Anything else: a store that is set up wrongly or holds nonsense, or no randomness.
    Backend(String),
}

impl SessionError {
    /// Of a store's failure, with all its causes.
    pub(crate) fn of_store(error: &impl StoreError) -> Self {
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Timeout => Self::Unavailable(chain(error)),
            _ => Self::Backend(chain(error)),
        }
    }

    /// Of an exchange that was refused, for `cause`.
    pub(crate) fn of_refusal(outcome: Outcome, cause: Option<&impl StoreError>) -> Self {
        match outcome {
            Outcome::Gone | Outcome::Obsolete => Self::NotFound,
            Outcome::Conflict => Self::Conflict,
            Outcome::StoreFull => Self::Full,
            outcome => match cause {
                Some(cause) => Self::of_store(cause),
                None => Self::Backend(outcome.to_string()),
            },
        }
    }
}

impl<E: StoreError + 'static> From<OpenError<E>> for SessionError {
    fn from(error: OpenError<E>) -> Self {
        match error {
            OpenError::Store(error) => Self::of_store(&error),
            error => Self::Backend(chain(&error)),
        }
    }
}

impl From<WriteError> for SessionError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Full { .. } => Self::TooLarge(error.to_string()),
            error => Self::Invalid(error.to_string()),
        }
    }
}

impl From<ConfigError> for SessionError {
    fn from(error: ConfigError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// An error and its causes, with colons between them.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such session"),
            Self::Conflict => f.write_str("the session was changed by others again and again"),
            Self::Full => f.write_str("there is no room for the session"),
            Self::Invalid(text)
            | Self::TooLarge(text)
            | Self::Unavailable(text)
            | Self::Unsupported(text)
            | Self::Backend(text) => f.write_str(text),
        }
    }
}

impl Error for SessionError {}
