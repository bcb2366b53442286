//! Why the session of a request was refused.

use core::error::Error;
use core::fmt;

use sansession::{Outcome, RecordError};
use sansession_store::StoreError;

/// Why a session could not be opened, or what a handler asked of it could not be stored.
///
/// Nothing that the handler wrote is stored, and no cookie is sent. `E` is the error of the store.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refused<E> {
    /// As many requests have a session open as there are [slots](crate::Slots).
    Exhausted,
    /// The host does not know the time yet.
    NoTime,
    /// The session was asked for when the answer was on its way, or inside of [`Session::with`](crate::Session::with).
    Closed,
    /// The store failed to load it.
    Load(E),
    /// The stored record is not for this build, or not for these slots. It is left alone.
    Record(RecordError),
    /// The store did not take what the handler asked for.
    Commit {
        /// What became of the exchange; always a [refusal](Outcome::is_refusal).
        outcome: Outcome,
        /// The store's error, if it had one.
        cause: Option<E>,
    },
    /// The random number generator failed.
    Rng,
}

impl<E> Refused<E> {
    /// What became of the exchange; [`Outcome::Unchanged`] if nobody got as far as the store.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Exhausted | Self::NoTime | Self::Closed => Outcome::Unchanged,
            Self::Load(_) | Self::Record(_) => Outcome::StoreFailed,
            Self::Commit { outcome, .. } => *outcome,
            Self::Rng => Outcome::RngFailed,
        }
    }

    /// 503 for what may be better the next time, 507 for a full store, 409 for a race that was lost, 500 for what is ours
    /// to mend.
    pub fn status(&self) -> u16 {
        match self {
            Self::Exhausted | Self::NoTime | Self::Load(_) => 503,
            Self::Commit { outcome, .. } => match outcome {
                Outcome::StoreFull => 507,
                Outcome::StoreFailed => 503,
                Outcome::RngFailed => 500,
                _ => 409,
            },
            Self::Closed | Self::Record(_) | Self::Rng => 500,
        }
    }

    /// The `Retry-After` that goes with the answer, in seconds.
    pub(crate) fn retry_after(&self) -> Option<&'static str> {
        matches!(self, Self::Exhausted).then_some("1")
    }

    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::Exhausted => "too many requests at once",
            Self::NoTime => "the time is not known yet",
            Self::Closed => "the session is closed",
            Self::Load(_) => "the session store failed to load",
            Self::Record(_) => "the stored session cannot be used here",
            Self::Commit { outcome, .. } => match outcome {
                Outcome::Gone => "the session was ended while the request was under way",
                Outcome::Obsolete => "the session got a new id while the request was under way",
                Outcome::StoreFull => "the session store has no room",
                Outcome::StoreFailed => "the session store failed to store",
                Outcome::RngFailed => "the random number generator failed",
                _ => "other requests changed the session again and again",
            },
            Self::Rng => "the random number generator failed",
        }
    }
}

impl<E> fmt::Display for Refused<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl<E: StoreError + 'static> Error for Refused<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Load(cause) | Self::Commit { cause: Some(cause), .. } => Some(cause),
            Self::Record(error) => Some(error),
            _ => None,
        }
    }
}
