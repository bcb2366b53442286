//! What is under a record's key: a head, then the record.
//!
//! ```text
//! offset  bytes  field
//!      0      1  format, 1
//!      1      8  revision
//!      9      6  seen, milliseconds
//!     15     16  the first bytes of SHA-256(principal's name); zeros for an anonymous session
//!     31    ...  the record
//! ```
//!
//! Numbers are big-endian. The scripts in `src/lua` know the same offsets. In: what a store is told. Out: bytes, and
//! the same again. It refuses to know the server, and when a record ends: that is the server's time to live.

use core::time::Duration;

use sansession::{Meta, Revision, Timestamp, Write};
use sha2::{Digest as _, Sha256};

/// Bytes before the record.
pub(crate) const HEAD: usize = 31;

const FORMAT: u8 = 1;

/// Whom a session is bound to: a part of a hash, for names are the application's. What is listed under it is checked
/// against the record, so two names with one hash would do no harm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Principal(pub(crate) [u8; 16]);

impl Principal {
    const NOBODY: [u8; 16] = [0; 16];

    pub(crate) fn new(name: &str) -> Self {
        let hash: [u8; 32] = Sha256::digest(name).into();
        Self(array(&hash, 0))
    }

    /// As the scripts tell it; `None` for nobody.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().filter(|bytes| *bytes != Self::NOBODY).map(Self)
    }
}

/// What a value turns out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed<'a> {
    Whole {
        meta: Meta,
        principal: Option<Principal>,
        record: &'a [u8],
    },
    /// Nothing that any release has written.
    Damaged,
    /// Written by a newer release.
    Newer,
}

impl<'a> Parsed<'a> {
    pub(crate) fn new(value: &'a [u8]) -> Self {
        match value {
            [] | [0, ..] => Self::Damaged,
            [FORMAT, ..] if value.len() < HEAD => Self::Damaged,
            [FORMAT, ..] => {
                let meta = Meta::new(
                    Revision::new(u64::from_be_bytes(array(value, 1))),
                    timestamp(array(value, 9)),
                );
                let principal = Principal::from_bytes(&value[15..HEAD]);
                Self::Whole { meta, principal, record: &value[HEAD..] }
            }
            _ => Self::Newer,
        }
    }
}

/// The value of a record that is written with `revision`.
pub(crate) fn value(revision: Revision, write: &Write<'_>) -> Vec<u8> {
    let principal = write.principal.map_or(Principal::NOBODY, |name| Principal::new(name).0);
    let mut value = Vec::with_capacity(HEAD + write.record.len());
    value.push(FORMAT);
    value.extend(revision_bytes(revision));
    value.extend(time(write.seen));
    value.extend(principal);
    value.extend_from_slice(write.record);
    value
}

pub(crate) fn revision_bytes(revision: Revision) -> [u8; 8] {
    revision.get().to_be_bytes()
}

/// 48 bits are all that a [`Timestamp`] has.
pub(crate) fn time(time: Timestamp) -> [u8; 6] {
    array(&time.as_millis().to_be_bytes(), 2)
}

/// For how long a server keeps what is seen at `seen`, ends at `expires` and then lingers, in milliseconds.
///
/// A duration, because the two come from one clock, and the server has another. At least one: a time to live of none
/// is refused, or removes at once.
pub(crate) fn lifetime(seen: Timestamp, expires: Timestamp, linger: Duration) -> u64 {
    /// A server takes no time to live that would overflow its clock. This is longer than any session.
    const LONGEST: u64 = Timestamp::MAX.as_millis();
    let linger = u64::try_from(linger.as_millis()).unwrap_or(LONGEST);
    expires.as_millis().saturating_sub(seen.as_millis()).saturating_add(linger).clamp(1, LONGEST)
}

fn timestamp(bytes: [u8; 6]) -> Timestamp {
    let mut wide = [0; 8];
    wide[2..].copy_from_slice(&bytes);
    Timestamp::from_millis(u64::from_be_bytes(wide))
}

fn array<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[from..from + N]);
    array
}
