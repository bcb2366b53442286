//! How much of the contract a store keeps.

use core::fmt;

/// How much of the contract a store keeps, as it says itself and as the conformance kit checks.
///
/// | promise | full | basic |
/// |---|---|---|
/// | L2 an old id is dead at once | yes | yes, but a write that runs in parallel can undo it |
/// | L3 renewal has one winner | yes | best effort |
/// | L4 L5 a logout is final | yes | yes, but a write that runs in parallel can undo it |
/// | L6 no update is lost | yes | the last writer wins |
/// | L11 a principal's sessions | yes | no: `list` is an error |
/// | F1 a flash message is shown once | yes | best effort |
/// | S2 crashes leave nothing torn | yes | yes |
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Level {
    /// All of it: compare-and-swap, create-if-absent, update-if-exists, touch without rewriting the record, an index of
    /// principals, and bounded sweeps. Everything but a prototype should be.
    Full,
    /// All but the index, and that only as long as no two calls for one key overlap.
    ///
    /// It is what load, save, destroy and sweep functions can do: [`from_fns`](crate::from_fns).
    Basic,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Basic => "basic",
        })
    }
}
