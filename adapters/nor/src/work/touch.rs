//! Touch: in RAM at once, on flash when it matters.

use sansession::{StoreKey, Timestamp};

use super::{Next, Work};
use crate::format::Header;
use crate::geometry::Geometry;
use crate::index::{Index, Session};
use crate::log::Append;

/// Raises the times of a session.
pub(crate) struct Touch<'a> {
    key: &'a StoreKey,
    seen: Timestamp,
    expires: Timestamp,
    written: bool,
}

impl<'a> Touch<'a> {
    pub(crate) const fn new(key: &'a StoreKey, seen: Timestamp, expires: Timestamp) -> Self {
        Self { key, seen, expires, written: false }
    }
}

impl<'a> Work<'a> for Touch<'_> {
    type Answer = bool;

    fn next(
        &mut self,
        geometry: &Geometry,
        index: &mut Index<[Option<Session>]>,
    ) -> Next<'a, bool> {
        if self.written {
            return Next::Done(true);
        }
        let live = index.live();
        let Some(session) = index.touch(self.key, self.seen, self.expires) else {
            return Next::Done(false);
        };
        if is_due(session) && geometry.fits(live, geometry.padded(crate::format::TOUCH)) {
            self.written = true;
            let header = &session.header;
            return Next::Append(Append::new(Header::touch(self.key, header.seen, header.expires)));
        }
        Next::Done(true)
    }
}

/// Whether flash is behind by half of the time that the session has left without a further request. A power cut then
/// costs it half of its idle time at most.
fn is_due(session: &Session) -> bool {
    let behind = session.header.seen.since(session.saved);
    let left = session.header.expires.since(session.header.seen);
    !behind.is_zero() && behind >= left / 2
}
