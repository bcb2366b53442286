//! Room for a session: what happens when table or flash are full (promise L12).
//!
//! In: the entry to come. Out: that there is room, whose place it may take, or that there is none. It takes nobody's
//! place before it knows that this will be enough.

use sansession::{StoreKey, Timestamp};

use crate::geometry::Geometry;
use crate::index::{Index, Session, padded};

/// What stands between an entry and its place.
pub(crate) enum Room {
    /// Nothing.
    Enough,
    /// This session: it has expired, or is the anonymous one seen least recently.
    Of(StoreKey),
    /// Sessions that are not to be touched.
    Full,
}

/// Looks for room for `entry` bytes of the session `key` at `now`.
pub(crate) fn room(
    geometry: &Geometry,
    index: &Index<[Option<Session>]>,
    key: &StoreKey,
    entry: u32,
    now: Timestamp,
) -> Room {
    let live = index.live();
    let needs_place = index.find(key).is_none();
    if geometry.fits(live, entry) && (!needs_place || index.has_free_place()) {
        return Room::Enough;
    }
    let spared = |session: &&Session| {
        session.header.key != *key && (session.is_expired(now) || session.is_anonymous())
    };
    let gain: u64 = index.sessions().filter(spared).map(|session| padded(geometry, session)).sum();
    if !geometry.fits(live - gain, entry) {
        return Room::Full;
    }
    // The expired first, which is what `false` sorts before `true`.
    let first = index
        .sessions()
        .filter(spared)
        .min_by_key(|session| (!session.is_expired(now), session.header.seen));
    first.map_or(Room::Full, |session| Room::Of(session.header.key))
}
