//! What can go wrong between a handler and its session.

use core::error::Error;
use core::fmt;

use sansession::{ConfigError, DecodeError, WriteError};

/// The session was used after it was committed: the head of the response is on its way, and no cookie can follow it. Or
/// it was used inside of its own [`with`](crate::Session::with).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session is closed")
    }
}

impl Error for Closed {}

/// Why a call of [`Session`](crate::Session) did nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SessionError {
    /// The session is [closed](Closed).
    Closed,
    /// It does not take the write; it is as it was.
    Write(WriteError),
    /// The value is of another type.
    Decode(DecodeError),
    /// The time-outs would not be safe.
    Config(ConfigError),
    /// The host's random number generator failed.
    Rng,
}

impl SessionError {
    /// 507 for what does not fit, 500 for everything else.
    pub fn status(&self) -> u16 {
        match self {
            Self::Write(WriteError::Full { .. }) => 507,
            _ => 500,
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => Closed.fmt(f),
            Self::Write(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Rng => f.write_str("the random number generator failed"),
        }
    }
}

/// Transparent: the message is the inner error's own.
impl Error for SessionError {}

impl From<Closed> for SessionError {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

impl From<WriteError> for SessionError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl From<DecodeError> for SessionError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<ConfigError> for SessionError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}
