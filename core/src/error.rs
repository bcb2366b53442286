//! Errors, by whose fault they are.
//!
//! Bytes from the network never make an error: they make a [`Verdict`](crate::Verdict). Here are the caller's
//! ([`ConfigError`], [`WriteError`], [`DecodeError`]), the random number generator's ([`RngError`]) and the store's
//! contents ([`RecordError`]).

use core::fmt;

/// A configuration or key that would not be safe. Found when it is built, at compile time where it is `const`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The cookie name is empty, longer than 64 bytes, or not an HTTP token.
    CookieName,
    /// A `__Host-` name needs `Secure`, `Path=/` and no `Domain`.
    HostPrefix,
    /// A `__Secure-` name needs `Secure`.
    SecurePrefix,
    /// `SameSite=None` needs `Secure`.
    SameSiteNone,
    /// `Partitioned` needs `Secure`.
    Partitioned,
    /// The path does not start with `/`, is longer than 1024 bytes, or holds a control byte or `;`.
    Path,
    /// The domain is not a host name.
    Domain,
    /// The audience is longer than 255 bytes.
    Audience,
    /// The idle or absolute time-out, or the renewal period, is below one millisecond.
    Lifetime,
    /// The touch share is above 100 percent.
    TouchShare,
    /// The key has fewer than 32 bytes, or all its bytes are the same.
    WeakKey {
        /// Id of the key.
        id: u8,
    },
    /// Two keys of the ring have the same id.
    DuplicateKeyId {
        /// The id of both.
        id: u8,
    },
    /// The ring holds [`MAX_KEYS`](crate::MAX_KEYS) keys already.
    TooManyKeys,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CookieName => {
                f.write_str("the cookie name must be 1 to 64 characters of an HTTP token")
            }
            Self::HostPrefix => f.write_str("a __Host- cookie needs Secure, Path=/ and no Domain"),
            Self::SecurePrefix => f.write_str("a __Secure- cookie needs Secure"),
            Self::SameSiteNone => f.write_str("SameSite=None needs Secure"),
            Self::Partitioned => f.write_str("Partitioned needs Secure"),
            Self::Path => f.write_str(
                "the cookie path must start with / and hold no control byte or semicolon",
            ),
            Self::Domain => f.write_str("the cookie domain must be a host name"),
            Self::Audience => f.write_str("the audience must be at most 255 bytes"),
            Self::Lifetime => f.write_str("time-outs must be at least one millisecond"),
            Self::TouchShare => f.write_str("the touch share must be at most 100 percent"),
            Self::WeakKey { id } => write!(f, "key {id} needs at least 32 bytes, not all the same"),
            Self::DuplicateKeyId { id } => write!(f, "two keys have the id {id}"),
            Self::TooManyKeys => write!(f, "a key ring holds at most {} keys", crate::MAX_KEYS),
        }
    }
}

impl core::error::Error for ConfigError {}

/// A write that could not be done. The session is as it was before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The entry does not fit.
    Full {
        /// Bytes that the entry needs, its key and overhead included.
        needed: usize,
        /// Bytes that it could have, those of the entry it would replace included.
        free: usize,
    },
    /// Keys and principals have 1 to 255 bytes.
    Key {
        /// Bytes of the one given.
        len: usize,
    },
    /// The value cannot be encoded: its `Serialize` fails or is not the same twice.
    Encode,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { needed, free } => {
                write!(f, "the session is full: {needed} bytes needed, {free} free")
            }
            Self::Key { len } => {
                write!(f, "keys and principals have 1 to 255 bytes, this one {len}")
            }
            Self::Encode => f.write_str("the value cannot be encoded"),
        }
    }
}

impl core::error::Error for WriteError {}

/// The value under this key is not of the type asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecodeError;

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not of the type asked for")
    }
}

impl core::error::Error for DecodeError {}

/// The random number generator failed: no session, no cookie, no partial id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RngError<E>(
    /// The generator's own error.
    pub E,
);

impl<E> fmt::Display for RngError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random number generator failed")
    }
}

impl<E: core::error::Error + 'static> core::error::Error for RngError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// A stored record that this build must leave alone. It is the host's to solve, and nothing is overwritten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// A newer release wrote the record.
    NewerVersion {
        /// Its version byte.
        version: u8,
    },
    /// The record is longer than the slot's record space.
    TooLong {
        /// Bytes of the record.
        needed: usize,
        /// Bytes that the slot has for it.
        capacity: usize,
    },
    /// The record is sealed, and this configuration does not open sealed ones.
    Sealed,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerVersion { version } => {
                write!(f, "the record has version {version}, which is newer than this")
            }
            Self::TooLong { needed, capacity } => {
                write!(f, "the record has {needed} bytes, the slot takes {capacity}")
            }
            Self::Sealed => {
                f.write_str("the record is sealed, and sealed records are not opened here")
            }
        }
    }
}

impl core::error::Error for RecordError {}
