//! Points in time, as the host tells them.
//!
//! In: milliseconds from any epoch the host keeps to. Out: comparisons and saturating sums. It refuses to know what
//! time it is: every function that needs "now" takes it as an argument.

use core::time::Duration;

/// A point in time: whole milliseconds since an epoch that the host chooses and keeps.
///
/// Unix time is the usual choice; a device without a wall clock may count from anything that never runs backwards.
/// 48 bits (8,900 years) is all that tokens and records carry, so everything later saturates to [`Timestamp::MAX`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The host's epoch.
    pub const ZERO: Self = Self(0);
    /// The last point in time that can be told: 2^48 - 1 milliseconds.
    pub const MAX: Self = Self(0xffff_ffff_ffff);

    /// Makes a timestamp of `millis` milliseconds since the epoch; saturates at [`Timestamp::MAX`].
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// Makes a timestamp of `secs` seconds since the epoch; saturates at [`Timestamp::MAX`].
    pub const fn from_secs(secs: u64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// This time plus `span`; saturates at [`Timestamp::MAX`].
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        self.plus(Span::of(span))
    }

    /// How long `earlier` was before this time; zero if it was not.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    pub(crate) const fn plus(self, span: Span) -> Self {
        Self::from_millis(self.0.saturating_add(span.0))
    }

    pub(crate) const fn to_bytes(self) -> [u8; 6] {
        let [a, b, c, d, e, f, _, _] = self.0.to_le_bytes();
        [a, b, c, d, e, f]
    }

    pub(crate) const fn from_bytes([a, b, c, d, e, f]: [u8; 6]) -> Self {
        Self(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
    }
}

/// A length of time in whole milliseconds, in the 48 bits that records carry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Span(u64);

impl Span {
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) fn of(duration: Duration) -> Self {
        let millis = duration
            .as_secs()
            .saturating_mul(1000)
            .saturating_add(u64::from(duration.subsec_millis()));
        Self(Timestamp::from_millis(millis).0)
    }

    /// From `earlier` to `later`; zero when they stand the other way round.
    pub(crate) const fn between(earlier: Timestamp, later: Timestamp) -> Self {
        Self(later.0.saturating_sub(earlier.0))
    }

    /// `percent` hundredths of this span.
    pub(crate) fn percent(self, percent: u8) -> Self {
        Self(self.0.saturating_mul(u64::from(percent)) / 100)
    }

    pub(crate) const fn to_bytes(self) -> [u8; 6] {
        Timestamp(self.0).to_bytes()
    }

    pub(crate) const fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(Timestamp::from_bytes(bytes).0)
    }
}
