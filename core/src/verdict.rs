//! What happened, as data: the verdict when an exchange opens, the outcome when it is done.

use core::fmt;

/// What the cookies of a request turned out to be.
///
/// Only [`Resumed`](Verdict::Resumed) opens a session; after every other verdict the exchange starts without one. The
/// order is by how far a cookie got: of several, the exchange tells the furthest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Verdict {
    /// No session cookie, or one that only carried a CSRF token.
    #[default]
    None,
    /// Not the shape of a token.
    Malformed,
    /// The shape of a token, but signed for another cookie or by no key in use.
    Forged,
    /// Authentic, but no session has this id: destroyed, swept, regenerated since, or issued in the future.
    Unknown,
    /// The record cannot be read. It is left for the sweep.
    Corrupt,
    /// Nobody used the session for longer than its idle time-out.
    ExpiredIdle,
    /// The session's lifetime is over.
    ExpiredAbsolute,
    /// The id was replaced by renewal and its grace is over: somebody still uses an old cookie.
    Obsolete,
    /// The session is open.
    Resumed,
}

impl Verdict {
    /// The name used in logs and on the wire: lower case with hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Malformed => "malformed",
            Self::Forged => "forged",
            Self::Unknown => "unknown",
            Self::Corrupt => "corrupt",
            Self::ExpiredIdle => "expired-idle",
            Self::ExpiredAbsolute => "expired-absolute",
            Self::Obsolete => "obsolete",
            Self::Resumed => "resumed",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What became of an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing was stored, or nothing was left to store.
    #[default]
    Unchanged,
    /// Only the time of last use was stored.
    Touched,
    /// A cookie for CSRF tokens was issued; there is no session.
    Guest,
    /// A new session was stored.
    Created,
    /// The session was stored.
    Updated,
    /// The session was stored under a new id: `regenerate`, `login` or renewal.
    Rotated,
    /// The session is gone from the store.
    Destroyed,
    /// A soft step (touch, flash consumption, renewal) failed; the answer stands, and it will be tried again.
    SoftFailed,
    /// Refused: other requests changed the session again and again, or together outgrew it.
    Conflict,
    /// Refused: the session ended, or its id was replaced, while the request was under way.
    Gone,
    /// Refused: the id was renewed and its grace ended while the request was under way.
    Obsolete,
    /// Refused: the store has no room.
    StoreFull,
    /// Refused: the store failed; the error has its cause.
    StoreFailed,
    /// Refused: the session was ended as asked, but the random number generator failed to give the next one an id.
    RngFailed,
}

impl Outcome {
    /// The name used in logs and on the wire: lower case with hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Touched => "touched",
            Self::Guest => "guest",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Rotated => "rotated",
            Self::Destroyed => "destroyed",
            Self::SoftFailed => "soft-failed",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::Obsolete => "obsolete",
            Self::StoreFull => "store-full",
            Self::StoreFailed => "store-failed",
            Self::RngFailed => "rng-failed",
        }
    }

    /// Whether what the handler asked for was not done. The host answers with an error.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::Conflict
                | Self::Gone
                | Self::Obsolete
                | Self::StoreFull
                | Self::StoreFailed
                | Self::RngFailed
        )
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
