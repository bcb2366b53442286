//! What checks need of a store, beyond what every store does.

use core::fmt;

use super::Kit;
use crate::level::Level;

/// What a check needs of a store. A kit that does not ask for it leaves the check out, and its report says so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Need {
    /// Of updates of one revision that overlap, one wins.
    CompareAndSwap,
    /// Of creates that overlap, one wins.
    CreateIfAbsent,
    /// An update that overlaps with a destroy never brings the record back.
    UpdateIfExists,
    /// A touch that overlaps with an update never undoes it.
    TouchWithoutRewrite,
    /// It lists the sessions of a principal.
    PrincipalIndex,
    /// A sweep takes no more records than it is told.
    BoundedSweep,
    /// A sweep goes by the time it is told: see [`Kit::expires_by_itself`].
    SweepByGivenTime,
}

impl Kit {
    /// Whether the store under test is held to `need`.
    pub(super) fn asks_for(self, need: Need) -> bool {
        match need {
            Need::SweepByGivenTime => self.sweeps,
            Need::CompareAndSwap
            | Need::CreateIfAbsent
            | Need::UpdateIfExists
            | Need::TouchWithoutRewrite
            | Need::PrincipalIndex
            | Need::BoundedSweep => self.level == Level::Full,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CompareAndSwap => "compare-and-swap",
            Self::CreateIfAbsent => "create-if-absent",
            Self::UpdateIfExists => "update-if-exists",
            Self::TouchWithoutRewrite => "touch without rewrite",
            Self::PrincipalIndex => "an index of principals",
            Self::BoundedSweep => "bounded sweeps",
            Self::SweepByGivenTime => "sweeps by the time that they are given",
        })
    }
}
