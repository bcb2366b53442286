//! Which sessions there are: the table in RAM that answers everything but what a record says.
//!
//! In: entries, in the order in which they were written. Out: where the newest of each session is. It refuses to read
//! flash.

use sansession::{Meta, Revision, StoreKey, Timestamp};

use crate::format::{Header, Kind, checksum};
use crate::geometry::Geometry;

/// A session, as the table knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    /// What a copy of its entry says; the times are the newest, on flash or not.
    pub(crate) header: Header,
    /// Where its entry is.
    pub(crate) address: u32,
    /// The `seen` that flash knows of.
    pub(crate) saved: Timestamp,
}

impl Session {
    pub(crate) fn meta(&self) -> Meta {
        Meta::new(Revision::new(self.header.revision.into()), self.header.seen)
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        self.header.principal_len == 0
    }

    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.header.expires <= now
    }

    fn touch(&mut self, seen: Timestamp, expires: Timestamp) {
        self.header.seen = self.header.seen.max(seen);
        self.header.expires = self.header.expires.max(expires);
    }
}

/// The table. `T` is an array of places, or a slice of them.
pub(crate) struct Index<T: ?Sized> {
    /// Bytes that the newest entries take on flash.
    live: u64,
    places: T,
}

/// There are more sessions than places.
#[derive(Debug)]
pub(crate) struct Overflow;

impl<const N: usize> Index<[Option<Session>; N]> {
    pub(crate) const fn new() -> Self {
        Self { live: 0, places: [None; N] }
    }
}

impl Index<[Option<Session>]> {
    pub(crate) fn clear(&mut self) {
        self.places.fill(None);
    }

    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.places.iter().flatten()
    }

    pub(crate) fn find(&self, key: &StoreKey) -> Option<&Session> {
        self.sessions().find(|session| session.header.key == *key)
    }

    pub(crate) fn has_free_place(&self) -> bool {
        self.places.iter().any(Option::is_none)
    }

    /// Bytes that the newest entries take on flash.
    pub(crate) fn live(&self) -> u64 {
        self.live
    }

    /// The session at or after the `place`th that is on `page`, and its place.
    pub(crate) fn next_on(
        &self,
        geometry: &Geometry,
        page: u32,
        place: usize,
    ) -> Option<(usize, &Session)> {
        let sessions = self.places.iter().enumerate().skip(place);
        sessions
            .filter_map(|(place, session)| Some((place, session.as_ref()?)))
            .find(|(_, session)| geometry.page_of(session.address) == page)
    }

    /// Notes that the entries on `page` were copied, one behind the other, to `address`.
    pub(crate) fn moved(&mut self, geometry: &Geometry, page: u32, mut address: u32) {
        let sessions = self.places.iter_mut().flatten();
        for session in sessions.filter(|session| geometry.page_of(session.address) == page) {
            session.address = address;
            session.saved = session.header.seen;
            address += geometry.padded(session.header.entry_len());
        }
    }

    /// Raises the times of a session in RAM; what it is then.
    pub(crate) fn touch(
        &mut self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Option<&Session> {
        let session = self.places.iter_mut().flatten().find(|place| place.header.key == *key)?;
        session.touch(seen, expires);
        Some(session)
    }

    /// Notes an entry that is on flash.
    ///
    /// # Errors
    /// It is of a new session and all places are taken.
    pub(crate) fn apply(
        &mut self,
        geometry: &Geometry,
        header: &Header,
        address: u32,
    ) -> Result<(), Overflow> {
        let is_it = |place: &Option<Session>| {
            place.as_ref().is_some_and(|session| session.header.key == header.key)
        };
        let known = self.places.iter().position(is_it);
        match header.kind {
            Kind::Record => {
                let free = || self.places.iter().position(Option::is_none);
                let place = known.or_else(free).ok_or(Overflow)?;
                let session = Session { header: *header, address, saved: header.seen };
                self.live += padded(geometry, &session);
                if let Some(before) = self.places[place].replace(session) {
                    self.live -= padded(geometry, &before);
                }
            }
            Kind::Touch => {
                if let Some(session) = known.and_then(|place| self.places[place].as_mut()) {
                    session.touch(header.seen, header.expires);
                    session.saved = session.saved.max(header.seen);
                }
            }
            Kind::Tombstone => {
                if let Some(before) = known.and_then(|place| self.places[place].take()) {
                    self.live -= padded(geometry, &before);
                }
            }
            Kind::Freed => {}
        }
        Ok(())
    }

    /// A principal's keys after `after`, in order, as many as there is space for; says how many.
    ///
    /// A principal is told by its checksum and length, so somebody else's key may be among them, and none is missing.
    pub(crate) fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        space: &mut [StoreKey],
    ) -> usize {
        let sum = checksum(principal.as_bytes());
        let (mut last, mut count) = (after.copied(), 0);
        for place in space {
            let next = self
                .sessions()
                .filter(|session| !session.is_anonymous() && session.header.principal_sum == sum)
                .filter(|session| usize::from(session.header.principal_len) == principal.len())
                .map(|session| session.header.key)
                .filter(|key| last.is_none_or(|last| last < *key))
                .min();
            let Some(key) = next else { break };
            (*place, last) = (key, Some(key));
            count += 1;
        }
        count
    }
}

/// What a session's entry takes on flash.
pub(crate) fn padded(geometry: &Geometry, session: &Session) -> u64 {
    geometry.padded(session.header.entry_len()).into()
}
