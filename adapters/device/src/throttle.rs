//! Waiting times for who guesses passwords.
//!
//! In: whose password is to be checked, for whom, and when. Out: try, or wait. It refuses to know passwords, and who has
//! an account.

mod bucket;

mod limits;

use core::fmt;
use core::time::Duration;

use rand_core::TryCryptoRng;
use sansession::Timestamp;
use zeroize::Zeroize;

use crate::mac::{LEN, hmac};
use bucket::Bucket;

pub use limits::Limits;

/// Whether a password may be checked now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Admission {
    /// Check it. The try is counted already, so tries that run in parallel cannot share one.
    Try,
    /// Not before this has passed; for the `Retry-After` of a 429, rounded up. Nothing was counted.
    Wait(Duration),
}

/// Somebody whose tries are counted together: an account, or a source of requests. Made by a [`Throttle`], for itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Subject(u64);

/// A log-in throttle of `M` buckets, in 7 bytes each.
///
/// Ask it before a password is checked, with the account's name and with where the request comes from; tell it when the
/// password was right. It makes no difference between names that have an account and names that have none.
///
/// # What it does to whom
///
/// A subject has some tries for free, then waits for twice as long with each, up to [`Limits::longest`]; each
/// [`Limits::forget`] without a try takes one back. So somebody who guesses for a time `t` has at most
/// `free + doublings + 1 + t / longest` tries at one account, with any number of sources: by default 12, and 60 more in
/// each hour.
///
/// No wait is longer than `longest`, whatever others did before. There is no lock that somebody must open, and a try that
/// is refused counts for nothing, so asking again never makes it worse.
///
/// # What an attacker can do
///
/// - **Spray names.** Subjects share buckets, by a hash with a secret key, so nothing is ever forgotten to make room, and
///   nobody can choose to meet another in a bucket. One source that sprays is stopped by its own bucket long before
///   others notice. Very many sources can fill all buckets; then everybody waits, at most `longest` after the last
///   try of the crowd.
/// - **Keep an owner busy.** Who goes on guessing at one account from other sources takes tries that its owner would
///   have had, and may be quicker each time, for as long as it goes on. This is the price of a bound on guesses. So leave
///   a way in that is never throttled:
///   - A valid session never comes here: log-outs, pages and changes of settings work on.
///   - A browser that can show that it was logged in to this account before, say by a signed cookie of its own, is asked
///     in a second throttle, which strangers never reach.
///   - A button on the device calls [`Throttle::forgive`].
/// - **Cut the power.** The table is in RAM: a reboot forgives.
///
/// A source is the peer's address, and of IPv6 its first eight bytes; an address out of a header is the client's own
/// choice. Names that mean the same account must be made the same before.
pub struct Throttle<const M: usize> {
    secret: [u8; LEN],
    limits: Limits,
    buckets: [Bucket; M],
}

impl<const M: usize> Throttle<M> {
    /// Makes a throttle that has seen nothing, with the default limits. No buckets do not compile.
    ///
    /// # Errors
    /// The generator's: the key under which names become buckets is drawn from it.
    pub fn new<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, R::Error> {
        const { assert!(M > 0, "a throttle has at least one bucket") }
        let mut throttle =
            Self { secret: [0; LEN], limits: Limits::new(), buckets: [Bucket::EMPTY; M] };
        rng.try_fill_bytes(&mut throttle.secret)?;
        Ok(throttle)
    }

    /// Sets other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The account that a name means, whether there is one or not.
    pub fn account(&self, name: &str) -> Subject {
        self.subject(b"account", name.as_bytes())
    }

    /// Where a request comes from.
    pub fn source(&self, address: &[u8]) -> Subject {
        self.subject(b"source", address)
    }

    fn subject(&self, kind: &[u8], who: &[u8]) -> Subject {
        // No kind is the beginning of another, so none can be taken for another.
        let [a, b, c, d, e, f, g, h, ..] =
            hmac(&self.secret, [b"sansession throttle v1 ", kind, who]);
        Subject(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    /// Asks for a try, and counts it for each subject if all of them may.
    pub fn ask(&mut self, who: &[Subject], now: Timestamp) -> Admission {
        let limits = self.limits;
        let waits = who.iter().filter_map(|subject| {
            let bucket = self.buckets.get(place::<M>(*subject))?;
            Some(bucket.wait(&limits, now))
        });
        let longest = waits.max().unwrap_or_default();
        if !longest.is_zero() {
            return Admission::Wait(longest);
        }
        self.for_each(who, |bucket| bucket.count(&limits, now));
        Admission::Try
    }

    /// Takes a try back that was right, for the subjects that it was counted for. What others did wrong stays: who knows
    /// one password does not get more guesses at another.
    pub fn passed(&mut self, who: &[Subject]) {
        self.for_each(who, Bucket::take_back);
    }

    /// Forgets all tries of everybody: the way in for who stands before the device.
    pub fn forgive(&mut self) {
        self.buckets = [Bucket::EMPTY; M];
    }

    /// Each bucket once, also if subjects share one.
    fn for_each(&mut self, who: &[Subject], mut change: impl FnMut(&mut Bucket)) {
        for (number, subject) in who.iter().enumerate() {
            let place = place::<M>(*subject);
            let mut before = who.iter().take(number);
            if before.all(|other| self::place::<M>(*other) != place)
                && let Some(bucket) = self.buckets.get_mut(place)
            {
                change(bucket);
            }
        }
    }
}

/// Which of `M` buckets is a subject's.
fn place<const M: usize>(subject: Subject) -> usize {
    let place = subject.0 % u64::try_from(M).unwrap_or(u64::MAX).max(1);
    usize::try_from(place).unwrap_or_default()
}

impl<const M: usize> Drop for Throttle<M> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// Shows neither key nor counts.
impl<const M: usize> fmt::Debug for Throttle<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").field("buckets", &M).finish_non_exhaustive()
    }
}

/// Shows nothing.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").finish_non_exhaustive()
    }
}
