//! Create and update: a record, when its turn has come and there is room.

use sansession::{Revision, StoreKey, Write};
use sansession_store::{Created, Updated};

use super::room::{Room, room};
use super::{Next, Work};
use crate::format::Header;
use crate::geometry::Geometry;
use crate::index::{Index, Session};
use crate::log::Append;

/// Stores a new record.
pub(crate) struct Create<'a> {
    key: &'a StoreKey,
    revision: Revision,
    write: Write<'a>,
    written: bool,
}

/// Replaces a record of a certain revision.
pub(crate) struct Update<'a> {
    key: &'a StoreKey,
    expected: Revision,
    write: Write<'a>,
    written: bool,
}

/// What becomes of a record.
enum Put<'a> {
    Append(Append<'a>),
    Full,
}

impl<'a> Create<'a> {
    pub(crate) const fn new(key: &'a StoreKey, write: Write<'a>) -> Self {
        Self::adopt(key, Revision::FIRST, write)
    }

    /// Of a record that was elsewhere before.
    pub(crate) const fn adopt(key: &'a StoreKey, revision: Revision, write: Write<'a>) -> Self {
        Self { key, revision, write, written: false }
    }
}

impl<'a> Update<'a> {
    pub(crate) const fn new(key: &'a StoreKey, expected: Revision, write: Write<'a>) -> Self {
        Self { key, expected, write, written: false }
    }
}

impl<'a> Work<'a> for Create<'a> {
    type Answer = Created;

    fn next(
        &mut self,
        geometry: &Geometry,
        index: &mut Index<[Option<Session>]>,
    ) -> Next<'a, Created> {
        if self.written {
            return Next::Done(Created::Stored);
        }
        if index.find(self.key).is_some() {
            return Next::Done(Created::Conflict);
        }
        match put(geometry, index, self.key, self.revision, self.write, &mut self.written) {
            Put::Append(entry) => Next::Append(entry),
            Put::Full => Next::Done(Created::Full),
        }
    }
}

impl<'a> Work<'a> for Update<'a> {
    type Answer = Updated;

    fn next(
        &mut self,
        geometry: &Geometry,
        index: &mut Index<[Option<Session>]>,
    ) -> Next<'a, Updated> {
        if self.written {
            return Next::Done(Updated::Stored);
        }
        let Some(session) = index.find(self.key) else { return Next::Done(Updated::Missing) };
        let meta = session.meta();
        if meta.revision != self.expected {
            return Next::Done(Updated::Conflict);
        }
        let mut write = self.write;
        write.seen = write.seen.max(meta.seen);
        let revision = self.expected.next();
        match put(geometry, index, self.key, revision, write, &mut self.written) {
            Put::Append(entry) => Next::Append(entry),
            Put::Full => Next::Done(Updated::Full),
        }
    }
}

/// Appends the record if there is room, or what makes room.
fn put<'a>(
    geometry: &Geometry,
    index: &Index<[Option<Session>]>,
    key: &StoreKey,
    revision: Revision,
    write: Write<'a>,
    written: &mut bool,
) -> Put<'a> {
    let Some(header) = Header::record(key, revision, &write) else { return Put::Full };
    let entry = geometry.padded(header.entry_len());
    match room(geometry, index, key, entry, write.seen) {
        Room::Enough => {
            *written = true;
            let principal = write.principal.unwrap_or_default();
            Put::Append(Append::record(header, write.record, principal.as_bytes()))
        }
        Room::Of(other) => Put::Append(Append::new(Header::tombstone(&other))),
        Room::Full => Put::Full,
    }
}
