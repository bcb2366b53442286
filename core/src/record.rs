//! The record: the bytes that a store keeps for one session.
//!
//! In: bytes from a store. Out: the header with its deadlines and hashes, and entries in place. The bytes are checked
//! once when they are loaded, completely, and trusted from then on. It refuses to know ids: it holds their hashes. Byte
//! by byte it is specified in the [crate docs](crate#record-v1).

use crate::bytes::{Reader, Writer};
use crate::entries::{Entries, Kind};
use crate::id::VerifierHash;
use crate::time::{Span, Timestamp};
use crate::verdict::Verdict;

/// The version of a record in the clear.
const CLEAR: u8 = 1;
/// The version of a sealed one.
const SEALED: u8 = 2;
/// Bytes behind the entries of a sealed record: key id, nonce, tag.
pub(crate) const TRAILER: usize = 41;
/// Bytes in front of the entries.
pub(crate) const HEADER: usize = 68;

const HAS_PREVIOUS: u8 = 1;
const PREVIOUS_ENDS: u8 = 2;
const OWN_LIFETIME: u8 = 4;
/// In a sealed record: the principal's entry stands in the clear.
const BOUND: u8 = 8;

/// The fixed part of a record.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    /// How often the id was regenerated; CSRF tokens depend on it.
    pub(crate) regenerates: u32,
    /// When the session, or its last login, began.
    pub(crate) created: Timestamp,
    /// The absolute deadline.
    pub(crate) deadline: Timestamp,
    pub(crate) idle: Span,
    /// When the current verifier was made.
    pub(crate) minted: Timestamp,
    pub(crate) current: VerifierHash,
    pub(crate) previous: Option<Previous>,
    /// The lifetime was set for this session and is kept over logins.
    pub(crate) own_lifetime: bool,
}

/// The verifier before the last renewal.
#[derive(Clone, Copy)]
pub(crate) struct Previous {
    pub(crate) hash: VerifierHash,
    /// When it ends; not set until the browser has shown the current one.
    pub(crate) ends: Option<Timestamp>,
}

/// Which verifier the browser presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Standing {
    Current,
    /// The previous one, and the current one was never seen: the cookie that carried it was lost or is on its way.
    Previous,
    /// The previous one, in its grace.
    Grace,
}

/// A record that was read.
pub(crate) struct Loaded<'a> {
    pub(crate) header: Header,
    /// Those that can be read: of a sealed record the principal's, if it has one.
    pub(crate) entries: &'a [u8],
    pub(crate) has_flash: bool,
    /// The other entries of a sealed record, and its trailer.
    pub(crate) sealed: Option<&'a [u8]>,
}

/// How a record is to be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Clear,
    Sealed {
        /// There is a principal.
        bound: bool,
    },
}

pub(crate) enum Unreadable {
    Corrupt,
    NewerVersion(u8),
}

impl Header {
    pub(crate) const EMPTY: Self = Self {
        regenerates: 0,
        created: Timestamp::ZERO,
        deadline: Timestamp::ZERO,
        idle: Span::ZERO,
        minted: Timestamp::ZERO,
        current: VerifierHash([0; 16]),
        previous: None,
        own_lifetime: false,
    };

    /// Splits a record into header and entries, and checks every byte.
    pub(crate) fn parse(record: &[u8]) -> Result<Loaded<'_>, Unreadable> {
        match record.first() {
            Some(version) if *version > SEALED => Err(Unreadable::NewerVersion(*version)),
            Some(&CLEAR) => Self::parse_clear(record).ok_or(Unreadable::Corrupt),
            Some(&SEALED) => Self::parse_sealed(record).ok_or(Unreadable::Corrupt),
            _ => Err(Unreadable::Corrupt),
        }
    }

    fn parse_clear(record: &[u8]) -> Option<Loaded<'_>> {
        let mut rest = Reader(record);
        let (header, flags) = Self::parse_fields(&mut rest)?;
        let has_flash = Entries::check(rest.0)?;
        let known = flags & BOUND == 0;
        known.then_some(Loaded { header, entries: rest.0, has_flash, sealed: None })
    }

    fn parse_sealed(record: &[u8]) -> Option<Loaded<'_>> {
        let mut rest = Reader(record);
        let (header, flags) = Self::parse_fields(&mut rest)?;
        let bound = if flags & BOUND == 0 { 0 } else { Entries::first(rest.0)?.size() };
        let entries = rest.slice(bound)?;
        Entries::check(entries)?;
        let whole = principal(entries).is_some() == (bound > 0) && rest.0.len() >= TRAILER;
        whole.then_some(Loaded { header, entries, has_flash: false, sealed: Some(rest.0) })
    }

    /// Reads what both forms have in front, and the flags.
    fn parse_fields(fields: &mut Reader<'_>) -> Option<(Self, u8)> {
        let [_version, flags] = fields.array()?;
        let regenerates = u32::from_le_bytes(fields.array()?);
        let created = Timestamp::from_bytes(fields.array()?);
        let deadline = Timestamp::from_bytes(fields.array()?);
        let idle = Span::from_bytes(fields.array()?);
        let minted = Timestamp::from_bytes(fields.array()?);
        let ends = Timestamp::from_bytes(fields.array()?);
        let current = VerifierHash(fields.array()?);
        let hash = VerifierHash(fields.array()?);
        let has = |flag| flags & flag != 0;
        let previous =
            has(HAS_PREVIOUS).then(|| Previous { hash, ends: has(PREVIOUS_ENDS).then_some(ends) });
        let header = Self {
            regenerates,
            created,
            deadline,
            idle,
            minted,
            current,
            previous,
            own_lifetime: has(OWN_LIFETIME),
        };
        // One byte form per content: what a header would not write, it does not read. That is a flag that it does not
        // know, a time that has no flag, and a hash that has none.
        let canonical = flags & !(HAS_PREVIOUS | PREVIOUS_ENDS | OWN_LIFETIME | BOUND) == 0
            && (has(PREVIOUS_ENDS) || ends == Timestamp::ZERO)
            && (has(HAS_PREVIOUS) || !has(PREVIOUS_ENDS) && hash.0 == [0; 16]);
        canonical.then_some((header, flags))
    }

    pub(crate) fn write(&self, form: Form, out: &mut [u8]) {
        let (version, mut flags) = match form {
            Form::Clear => (CLEAR, 0),
            Form::Sealed { bound: false } => (SEALED, 0),
            Form::Sealed { bound: true } => (SEALED, BOUND),
        };
        let mut ends = Timestamp::ZERO;
        let mut hash = VerifierHash::default();
        if let Some(previous) = self.previous {
            flags |= HAS_PREVIOUS;
            hash = previous.hash;
            if let Some(deadline) = previous.ends {
                flags |= PREVIOUS_ENDS;
                ends = deadline;
            }
        }
        if self.own_lifetime {
            flags |= OWN_LIFETIME;
        }
        let mut out = Writer(out);
        out.put(&[version, flags]);
        out.put(&self.regenerates.to_le_bytes());
        out.put(&self.created.to_bytes());
        out.put(&self.deadline.to_bytes());
        out.put(&self.idle.to_bytes());
        out.put(&self.minted.to_bytes());
        out.put(&ends.to_bytes());
        out.put(&self.current.0);
        out.put(&hash.0);
    }

    /// Says whether the presented verifier opens this record now.
    ///
    /// An id retired by renewal is `Obsolete`; one retired by regeneration is just `Unknown`, so that a thief's late
    /// request cannot be told from a stranger's and cannot end the owner's session.
    pub(crate) fn judge(
        &self,
        presented: &VerifierHash,
        seen: Timestamp,
        now: Timestamp,
    ) -> Result<Standing, Verdict> {
        let standing = if self.current.matches(presented) {
            Standing::Current
        } else {
            match self.previous {
                Some(previous) if previous.hash.matches(presented) => match previous.ends {
                    None => Standing::Previous,
                    Some(ends) if now < ends => Standing::Grace,
                    Some(_) => return Err(Verdict::Obsolete),
                },
                _ => return Err(Verdict::Unknown),
            }
        };
        self.in_time(seen, now).map(|()| standing)
    }

    /// Says whether the session is within its deadlines. A time ahead of `now` is clamped to it (promise L8), and
    /// `t == deadline` is expired (L7).
    pub(crate) fn in_time(&self, seen: Timestamp, now: Timestamp) -> Result<(), Verdict> {
        if now >= self.deadline {
            return Err(Verdict::ExpiredAbsolute);
        }
        if now >= self.idle_deadline(seen.min(now)) {
            return Err(Verdict::ExpiredIdle);
        }
        Ok(())
    }

    pub(crate) fn idle_deadline(&self, seen: Timestamp) -> Timestamp {
        seen.plus(self.idle)
    }

    /// When the session ends if nobody uses it after `seen`.
    pub(crate) fn expires(&self, seen: Timestamp) -> Timestamp {
        self.deadline.min(self.idle_deadline(seen))
    }
}

/// What a listing may tell of a stored record without its id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Summary<'a> {
    /// Whom the session is bound to.
    pub principal: Option<&'a str>,
    /// When the session, or its last login, began.
    pub created: Timestamp,
    /// When it ends if nobody uses it again.
    pub expires: Timestamp,
}

impl<'a> Summary<'a> {
    /// Reads a record that a store kept, with the `seen` beside it; `None` for one that this build cannot read.
    pub fn read(record: &'a [u8], seen: Timestamp) -> Option<Self> {
        let Loaded { header, entries, .. } = Header::parse(record).ok()?;
        Some(Self {
            principal: principal(entries),
            created: header.created,
            expires: header.expires(seen),
        })
    }
}

/// Whom the entries are bound to.
pub(crate) fn principal(entries: &[u8]) -> Option<&str> {
    core::str::from_utf8(Entries::new(entries).get(Kind::PRINCIPAL, b"")?).ok()
}

#[cfg(test)]
mod tests;
