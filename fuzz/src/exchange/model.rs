//! A session as it should be: maps, times, and the numbers of ids instead of their bytes.

use core::time::Duration;
use std::collections::BTreeMap;

use sansession::{Timestamp, Verdict};

pub(super) type Texts = BTreeMap<String, String>;

/// An id: the number of the exchange that made it, and of its selector.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Id(pub(super) usize, pub(super) usize);

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Session {
    /// The number of the exchange that made it: all its ids have the same selector.
    pub(super) selector: usize,
    pub(super) data: Texts,
    /// With the revision that set each.
    pub(super) flash: BTreeMap<String, (u64, String)>,
    pub(super) principal: Option<String>,
    pub(super) revision: u64,
    pub(super) seen: Timestamp,
    /// From when on the store may sweep it.
    pub(super) expires: Timestamp,
    pub(super) created: Timestamp,
    pub(super) deadline: Timestamp,
    pub(super) idle: Duration,
    pub(super) own_lifetime: bool,
    pub(super) regenerates: u32,
    /// When the current id was made.
    pub(super) minted: Timestamp,
    pub(super) current: Id,
    pub(super) previous: Option<Previous>,
}

/// The id before the last renewal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Previous {
    pub(super) id: Id,
    /// Set once the browser has shown the current one.
    pub(super) ends: Option<Timestamp>,
}

/// Which id was presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Current,
    /// The previous one, and nobody has shown the current one.
    Previous,
    /// The previous one, in its grace.
    Grace,
}

impl Session {
    /// Promises L2, L3, L7 and L8.
    pub(super) fn judge(&self, id: Id, now: Timestamp) -> Result<Standing, Verdict> {
        let standing = match self.previous {
            _ if id == self.current => Standing::Current,
            Some(previous) if previous.id == id => match previous.ends {
                None => Standing::Previous,
                Some(ends) if now < ends => Standing::Grace,
                Some(_) => return Err(Verdict::Obsolete),
            },
            _ => return Err(Verdict::Unknown),
        };
        if now >= self.deadline {
            Err(Verdict::ExpiredAbsolute)
        } else if now >= self.seen.min(now).after(self.idle) {
            Err(Verdict::ExpiredIdle)
        } else {
            Ok(standing)
        }
    }

    /// When it ends if nobody uses it after `seen`.
    pub(super) fn ends(&self, seen: Timestamp) -> Timestamp {
        self.deadline.min(seen.after(self.idle))
    }
}
