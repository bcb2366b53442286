//! Contents: what a session holds, and the record of a stored one.

use core::fmt;
use core::time::Duration;

use serde::Deserialize;

use crate::entries::{self, Entries, Kind};
use crate::error::DecodeError;
use crate::exchange::encode::decode;
use crate::exchange::flash::STAMP;
use crate::inspect::Rejection;
use crate::record::{self, Header, Loaded, Unreadable};
use crate::step::Revision;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// What a stored record says.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record<'a> {
    /// The session.
    pub contents: Contents<'a>,
    /// When its current id was made.
    pub minted: Timestamp,
    /// Whether the id from before the last renewal still opens the session.
    pub previous: Option<Previous>,
    /// Whether its data and flash messages are sealed: then the contents have no entries, and nothing that is told has been
    /// verified.
    pub sealed: bool,
}

/// How long the id from before a renewal opens the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Previous {
    /// Until the browser has shown the new one, and for the grace after that.
    UntilSeen,
    /// Until this time.
    Until(Timestamp),
}

impl<'a> Record<'a> {
    /// Reads a record that a store kept.
    ///
    /// # Errors
    /// [`Rejection::NewerVersion`] or [`Rejection::Contents`].
    pub fn read(record: &'a [u8]) -> Result<Self, Rejection> {
        let Loaded { header, entries, sealed, .. } =
            Header::parse(record).map_err(|why| match why {
                Unreadable::NewerVersion(version) => Rejection::NewerVersion { version },
                Unreadable::Corrupt => Rejection::Contents,
            })?;
        let previous = header.previous.map(|previous| match previous.ends {
            Some(ends) => Previous::Until(ends),
            None => Previous::UntilSeen,
        });
        let contents = Contents { header, entries };
        Ok(Self { contents, minted: header.minted, previous, sealed: sealed.is_some() })
    }
}

/// What a session holds, stored or carried. `Debug` shows the times, and the number of entries.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    pub(super) header: Header,
    /// They have been checked.
    pub(super) entries: &'a [u8],
}

impl<'a> Contents<'a> {
    /// When the session, or its last login, began.
    pub const fn created(&self) -> Timestamp {
        self.header.created
    }

    /// The absolute deadline.
    pub const fn deadline(&self) -> Timestamp {
        self.header.deadline
    }

    /// How long the session lives without a request.
    pub fn idle(&self) -> Duration {
        self.header.idle_deadline(Timestamp::ZERO).since(Timestamp::ZERO)
    }

    /// Whether the lifetime was set for this session alone.
    pub const fn own_lifetime(&self) -> bool {
        self.header.own_lifetime
    }

    /// How often the id was regenerated, logins included.
    pub const fn regenerates(&self) -> u32 {
        self.header.regenerates
    }

    /// Whom the session is bound to.
    pub fn principal(&self) -> Option<&'a str> {
        record::principal(self.entries)
    }

    /// Data, then flash messages, each sorted by key.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + Clone + use<'a> {
        Entries::new(self.entries).filter_map(Entry::of)
    }

    /// Says whether the session, last used at `seen`, is within its deadlines.
    ///
    /// # Errors
    /// [`Verdict::ExpiredAbsolute`] or [`Verdict::ExpiredIdle`].
    pub fn in_time(&self, seen: Timestamp, now: Timestamp) -> Result<(), Verdict> {
        self.header.in_time(seen, now)
    }
}

impl fmt::Debug for Contents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contents")
            .field("created", &self.created())
            .field("deadline", &self.deadline())
            .field("idle", &self.header.idle)
            .field("own_lifetime", &self.own_lifetime())
            .field("regenerates", &self.regenerates())
            .field("bound", &self.principal().is_some())
            .field("entries", &self.entries().count())
            .finish_non_exhaustive()
    }
}

/// The name space of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameSpace {
    /// What [`Active::insert`](crate::Active::insert) wrote.
    Data,
    /// A flash message.
    Flash {
        /// The revision that set it.
        set: Revision,
    },
}

/// An entry. `Debug` shows neither key nor value.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// Data or flash.
    pub space: NameSpace,
    /// The key.
    pub key: &'a str,
    /// The value, in [postcard](https://postcard.jamesmunns.com), which does not say its type.
    pub value: &'a [u8],
}

impl<'a> Entry<'a> {
    /// `None` of the principal, which has a question of its own.
    fn of(entry: entries::Entry<'a>) -> Option<Self> {
        let key = core::str::from_utf8(entry.key).ok()?;
        if entry.is(Kind::DATA) {
            return Some(Self { space: NameSpace::Data, key, value: entry.value });
        }
        let (set, value) = entry.value.split_first_chunk::<STAMP>()?;
        let space = NameSpace::Flash { set: Revision::new(u64::from_le_bytes(*set)) };
        entry.is(Kind::FLASH).then_some(Self { space, key, value })
    }

    /// The value as a `T`, if its bytes can be one.
    ///
    /// # Errors
    /// [`DecodeError`] if they cannot.
    pub fn decode<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        decode(self.value)
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("space", &self.space)
            .field("bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}
