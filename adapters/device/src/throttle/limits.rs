//! How patient a throttle is.

use core::time::Duration;

use crate::millis::millis;

/// How many tries there are, and how long somebody waits for the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub struct Limits {
    free: u8,
    /// In milliseconds, as all below.
    first: u64,
    longest: u64,
    forget: u64,
}

impl Limits {
    /// Five tries for free, then 1 s, 2 s, 4 s and so on up to 60 s; one is forgotten every 10 minutes.
    pub const fn new() -> Self {
        Self { free: 5, first: 1000, longest: 60_000, forget: 600_000 }
    }

    /// Tries without waiting; 100 at most.
    pub fn free(self, tries: u8) -> Self {
        Self { free: tries.min(100), ..self }
    }

    /// How long the first wait is; one millisecond at least. It doubles with each try.
    pub fn first(self, wait: Duration) -> Self {
        Self { first: millis(wait).max(1), ..self }
    }

    /// How long a wait is at most: what the owner of an account waits when a guesser has stopped, and the one number that
    /// bounds guesses in the long run.
    pub fn longest(self, wait: Duration) -> Self {
        Self { longest: millis(wait), ..self }
    }

    /// After how long without a try one is forgotten; at least twice the longest wait, or waiting would be a way to
    /// guess faster.
    pub fn forget(self, after: Duration) -> Self {
        Self { forget: millis(after), ..self }
    }

    /// Tries after which a wait is the longest: counting goes no further.
    pub(super) fn most(&self) -> u8 {
        (self.free..u8::MAX).find(|tries| self.wait(*tries) >= self.longest).unwrap_or(u8::MAX)
    }

    /// How many milliseconds somebody waits who has had so many tries.
    pub(super) fn wait(&self, tries: u8) -> u64 {
        let Some(doublings) = tries.checked_sub(self.free) else {
            return 0;
        };
        let factor = 1_u64.checked_shl(u32::from(doublings)).unwrap_or(u64::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }

    /// How many tries are forgotten in such a time.
    pub(super) fn forgotten(&self, passed: Duration) -> u8 {
        let each = self.forget.max(self.longest.saturating_mul(2)).max(1);
        u8::try_from(millis(passed) / each).unwrap_or(u8::MAX)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
