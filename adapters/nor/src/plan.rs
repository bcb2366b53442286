//! How much flash and RAM it takes, and how long that lasts.
//!
//! In: a ring, sessions, and what a day brings. Out: whether they fit, bytes, and years; all at compile time if wanted.

use crate::format::{RECORD, TOMBSTONE, TOUCH};
use crate::geometry::Geometry;
use crate::index::Session;
use crate::log::Log;

/// A ring with so many sessions of such a size in it.
///
/// ```
/// use sansession_nor::{Geometry, GeometryError, Plan, Sizes, Usage};
///
/// // 64 KiB of serial flash, and 64 sessions of 200 bytes.
/// const SIZES: Sizes = Sizes { read: 1, write: 1, erase: 4096 };
/// const RING: Result<Geometry, GeometryError> = Geometry::within(0, 64 * 1024, SIZES);
/// const PLAN: Plan = match RING {
///     Ok(ring) => Plan::new(ring, 64, 200),
///     Err(_) => panic!("no such ring"),
/// };
/// const _: () = assert!(PLAN.fits());
/// assert_eq!(PLAN.most_sessions(), 231);
///
/// // 100 log-ins a day; in each session 4 changes and 4 touches that reach the flash. The part takes 100,000 erases.
/// const DAY: Usage = Usage { log_ins: 100, changes: 4, touches: 4 };
/// assert_eq!(PLAN.years(&DAY, 100_000), 85);
///
/// assert!(Plan::ram_bytes::<64>() < 4500);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    geometry: Geometry,
    sessions: u32,
    entry: u32,
}

/// What a day brings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Usage {
    /// Sessions that begin, and end.
    pub log_ins: u32,
    /// Changes of each of them.
    pub changes: u32,
    /// Touches of each of them that are written; two for each idle time of use at most.
    pub touches: u32,
}

impl Plan {
    /// `bytes` are those of a record and of its principal's name together.
    #[must_use]
    pub const fn new(geometry: Geometry, sessions: u32, bytes: u32) -> Self {
        Self { geometry, sessions, entry: geometry.padded(RECORD + bytes) }
    }

    /// Bytes of flash that one session takes.
    #[must_use]
    pub const fn entry_bytes(&self) -> u32 {
        self.entry
    }

    /// Whether all sessions fit, and each of them can be changed.
    #[must_use]
    pub const fn fits(&self) -> bool {
        self.geometry.fits(self.live(), self.entry)
    }

    /// As many sessions of this size as fit. A ring that is as full as this is turned often: see
    /// [`Plan::bytes_per_erase`].
    #[must_use]
    pub const fn most_sessions(&self) -> u32 {
        let mut plan = Self { sessions: 0, ..*self };
        while plan.fits() {
            plan.sessions += 1;
        }
        plan.sessions.saturating_sub(1)
    }

    /// Bytes of new entries that each erase makes room for, at least and on average: what a page has, without its
    /// share of the sessions, which are moved, and an entry that did not fit behind the others.
    #[must_use]
    pub const fn bytes_per_erase(&self) -> u32 {
        let share = self.live().div_ceil((self.geometry.pages() - 1) as u64);
        let room = self.geometry.usable().saturating_sub(self.entry) as u64;
        let left = room.saturating_sub(share);
        // No more than a page.
        #[expect(clippy::cast_possible_truncation, reason = "it is less than a page")]
        if left == 0 { 1 } else { left as u32 }
    }

    /// Bytes of new entries that a day brings.
    #[must_use]
    pub const fn bytes_per_day(&self, usage: &Usage) -> u64 {
        let records = (usage.changes as u64 + 1) * self.entry as u64;
        let touches = usage.touches as u64 * self.geometry.padded(TOUCH) as u64;
        let tombstone = self.geometry.padded(TOMBSTONE) as u64;
        usage.log_ins as u64 * (records + touches + tombstone)
    }

    /// Whole years until each page was erased `endurance` times. The wear is even.
    #[must_use]
    pub const fn years(&self, usage: &Usage, endurance: u32) -> u64 {
        let erases = self.geometry.pages() as u64 * endurance as u64;
        let bytes = erases * self.bytes_per_erase() as u64;
        match bytes.checked_div(self.bytes_per_day(usage)) {
            Some(days) => days / 365,
            None => u64::MAX,
        }
    }

    /// Bytes of RAM that a store of `N` sessions takes, without its flash driver.
    #[must_use]
    pub const fn ram_bytes<const N: usize>() -> usize {
        size_of::<Log<[Option<Session>; N]>>()
    }

    const fn live(&self) -> u64 {
        self.sessions as u64 * self.entry as u64
    }
}
