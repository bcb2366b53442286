//! Destroy and sweep: tombstones.

use sansession::{StoreKey, Timestamp};

use super::{Next, Work};
use crate::format::Header;
use crate::geometry::Geometry;
use crate::index::{Index, Session};
use crate::log::Append;

/// Takes a record away.
pub(crate) struct Destroy<'a> {
    key: &'a StoreKey,
    written: bool,
}

/// Takes expired records away, up to a limit.
pub(crate) struct Sweep {
    now: Timestamp,
    limit: usize,
    taken: usize,
    written: bool,
}

impl<'a> Destroy<'a> {
    pub(crate) const fn new(key: &'a StoreKey) -> Self {
        Self { key, written: false }
    }
}

impl Sweep {
    pub(crate) const fn new(now: Timestamp, limit: usize) -> Self {
        Self { now, limit, taken: 0, written: false }
    }
}

impl<'a> Work<'a> for Destroy<'_> {
    type Answer = bool;

    fn next(&mut self, _: &Geometry, index: &mut Index<[Option<Session>]>) -> Next<'a, bool> {
        if self.written || index.find(self.key).is_none() {
            return Next::Done(self.written);
        }
        self.written = true;
        Next::Append(Append::new(Header::tombstone(self.key)))
    }
}

impl<'a> Work<'a> for Sweep {
    type Answer = usize;

    fn next(&mut self, _: &Geometry, index: &mut Index<[Option<Session>]>) -> Next<'a, usize> {
        if core::mem::take(&mut self.written) {
            self.taken += 1;
        }
        let expired = index.sessions().find(|session| session.is_expired(self.now));
        match expired.filter(|_| self.taken < self.limit) {
            Some(session) => {
                self.written = true;
                Next::Append(Append::new(Header::tombstone(&session.header.key)))
            }
            None => Next::Done(self.taken),
        }
    }
}
