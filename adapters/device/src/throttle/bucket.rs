//! The tries of all who share a place, in seven bytes.

use core::time::Duration;

use sansession::Timestamp;

use super::limits::Limits;

/// Six bytes for the time of the last try, in milliseconds, and one for how many there were.
#[derive(Clone, Copy)]
pub(super) struct Bucket([u8; 7]);

impl Bucket {
    pub(super) const EMPTY: Self = Self([0; 7]);

    /// How long until the next try.
    pub(super) fn wait(self, limits: &Limits, now: Timestamp) -> Duration {
        // Should time run backwards, this is no longer than the longest wait.
        Duration::from_millis(limits.wait(self.tries_at(limits, now)))
            .saturating_sub(now.since(self.last()))
    }

    pub(super) fn count(&mut self, limits: &Limits, now: Timestamp) {
        let tries = self.tries_at(limits, now).saturating_add(1).min(limits.most());
        let [a, b, c, d, e, f, ..] = now.as_millis().to_le_bytes();
        self.0 = [a, b, c, d, e, f, tries];
    }

    pub(super) fn take_back(&mut self) {
        let [.., tries] = &mut self.0;
        *tries = tries.saturating_sub(1);
    }

    fn tries_at(self, limits: &Limits, now: Timestamp) -> u8 {
        let [.., tries] = self.0;
        tries.saturating_sub(limits.forgotten(now.since(self.last())))
    }

    fn last(self) -> Timestamp {
        let [a, b, c, d, e, f, _] = self.0;
        Timestamp::from_millis(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
    }
}
