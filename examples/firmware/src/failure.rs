//! Why a request was not done, for tools and for people.

use core::fmt::{self, Write};
use core::time::Duration;

use sansession::WriteError;
use sansession_store::ErrorKind;

use crate::text::{Json, Text};

/// Why a request was not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The body, or the key in the path, is not UTF-8.
    Utf8,
    /// Keys and users have 1 to 255 bytes.
    Key,
    /// The body is longer than the device reads.
    Body,
    /// Not a number of milliseconds, or too many.
    Millis,
    /// The session has no principal.
    Principal,
    /// No such path or session.
    NotFound,
    /// The path does not take this method.
    Method,
    /// The form's CSRF token is missing or was not made for this session.
    Csrf,
    /// The password was wrong.
    Password,
    /// Too many passwords were wrong; so long to wait.
    Wait(Duration),
    /// The session does not take this.
    Write(WriteError),
    /// The store failed.
    Store(ErrorKind),
    /// There is no randomness.
    Entropy,
    /// The session was asked for when it was closed already.
    Closed,
    /// The answer is longer than the device's buffer.
    Long,
}

impl Failure {
    /// The status code.
    pub const fn status(self) -> u16 {
        match self {
            Self::Utf8 | Self::Key | Self::Millis | Self::Write(WriteError::Key { .. }) => 400,
            Self::Principal | Self::Password => 401,
            Self::Csrf => 403,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Body => 413,
            Self::Wait(_) => 429,
            Self::Store(_) => 503,
            Self::Write(WriteError::Full { .. }) => 507,
            Self::Write(_) | Self::Entropy | Self::Closed | Self::Long => 500,
        }
    }

    /// Its name in JSON.
    const fn kind(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Key | Self::Write(WriteError::Key { .. }) => "key",
            Self::Body => "body",
            Self::Millis => "ms",
            Self::Principal => "principal",
            Self::NotFound => "not-found",
            Self::Method => "method",
            Self::Csrf => "csrf",
            Self::Password => "password",
            Self::Wait(_) => "wait",
            Self::Write(WriteError::Full { .. }) => "full",
            Self::Write(_) | Self::Closed => "session",
            Self::Store(_) => "store",
            Self::Entropy => "rng",
            Self::Long => "long",
        }
    }

    /// `{"error": kind, ...}`
    pub(crate) fn json(self, body: &mut Text<'_>) -> fmt::Result {
        write!(body, "{{\"error\":{}", Json(Some(self.kind())))?;
        match self {
            Self::Write(WriteError::Full { needed, free }) => {
                write!(body, ",\"needed\":{needed},\"free\":{free}")?;
            }
            Self::Store(kind) => write!(body, ",\"kind\":\"{kind}\"")?,
            _ => {}
        }
        body.write_char('}')
    }

    /// A heading, and what to do about it.
    pub(crate) const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Csrf => (
                "That form was out of date",
                "Its token was not made for the session that your browser has now. Perhaps you logged in or out in \
                 another tab, or another site sent the form. Nothing was changed.",
            ),
            Self::Password => ("That password is wrong", "Please try again."),
            Self::Wait(_) => (
                "Too many wrong passwords",
                "Please wait a little. Whoever is logged in already is not kept out.",
            ),
            Self::NotFound => ("There is no such page", "The demo has one page only."),
            Self::Method => {
                ("That does not work here", "The page is read with GET and changed with its forms.")
            }
            Self::Write(WriteError::Full { .. }) => (
                "Your session is full",
                "It takes no more. Nothing was lost; delete a note to make room for another.",
            ),
            Self::Write(WriteError::Key { .. }) | Self::Key => {
                ("That will not do", "Names have 1 to 255 bytes, notes 300.")
            }
            Self::Utf8 | Self::Body => ("That form could not be read", "Nothing was changed."),
            Self::Store(_) => ("The device is busy", "Please try again in a moment."),
            _ => ("Something went wrong", "Nothing was changed. Please try again."),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self::Store(kind)
    }
}

/// A write that does not fit into the buffer of the answer.
impl From<fmt::Error> for Failure {
    fn from(_: fmt::Error) -> Self {
        Self::Long
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl core::error::Error for Failure {}
