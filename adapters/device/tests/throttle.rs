//! What a throttle does to owners, guessers and sprayers.

use core::time::Duration;

use sansession::Timestamp;
use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession_device::{Admission, Limits, Throttle};

const START: Timestamp = Timestamp::from_secs(1_700_000_000);
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const LONGEST: Duration = Duration::from_secs(60);
const OWNER: &[u8] = &[192, 0, 2, 7];

/// `SplitMix64`, so that every run is the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}

impl TryRng for Dice {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.try_next_u64().map(|number| u32::try_from(number >> 32).unwrap_or_default())
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill_with(|| self.next().to_le_bytes()[0]);
        Ok(())
    }
}

impl TryCryptoRng for Dice {}

fn throttle<const M: usize>(seed: u64) -> Throttle<M> {
    let Ok(throttle) = Throttle::new(&mut Dice(seed));
    throttle
}

/// Tries from `START` for as long as it is told, as early as it may each time; says how many.
fn guess<const M: usize>(
    throttle: &mut Throttle<M>,
    name: &str,
    mut source: impl FnMut() -> Vec<u8>,
    time: Duration,
) -> u64 {
    let (mut now, mut tries) = (START, 0);
    while now < START.after(time) {
        match throttle.ask(&[throttle.account(name), throttle.source(&source())], now) {
            Admission::Try => tries += 1,
            Admission::Wait(wait) => now = now.after(wait),
        }
    }
    tries
}

#[test]
fn tries_are_free_then_cost_time_then_cost_no_more() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    for _ in 0..5 {
        assert_eq!(throttle.ask(&ada, START), Admission::Try);
    }
    let mut now = START;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        let wait = Duration::from_secs(seconds);
        assert_eq!(throttle.ask(&ada, now), Admission::Wait(wait));
        let almost = now.after(wait.saturating_sub(Duration::from_millis(1)));
        assert_eq!(throttle.ask(&ada, almost), Admission::Wait(Duration::from_millis(1)));
        now = now.after(wait);
        assert_eq!(throttle.ask(&ada, now), Admission::Try);
    }
}

#[test]
fn tries_are_forgotten_one_by_one() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    for _ in 0..5 {
        assert_eq!(throttle.ask(&ada, START), Admission::Try);
    }
    let later = START.after(Duration::from_secs(1199));
    assert_eq!(throttle.ask(&ada, later), Admission::Try);
    assert_eq!(throttle.ask(&ada, later), Admission::Wait(SECOND), "one of five was forgotten");
    let much_later = later.after(HOUR);
    for _ in 0..5 {
        assert_eq!(throttle.ask(&ada, much_later), Admission::Try);
    }
    assert_eq!(throttle.ask(&ada, much_later), Admission::Wait(SECOND), "all were");
}

#[test]
fn a_try_that_was_right_counts_for_nothing() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada"), throttle.source(OWNER)];
    for _ in 0..100 {
        assert_eq!(throttle.ask(&ada, START), Admission::Try);
        throttle.passed(&ada);
    }
}

/// Who has an account of their own cannot wash off guesses at others with it.
#[test]
fn a_right_try_does_not_undo_wrong_ones() {
    let mut throttle = throttle::<1024>(1);
    let source = throttle.source(&[203, 0, 113, 1]);
    let owned = throttle.account("mallory");
    let mut guesses = 0;
    for number in 0..100 {
        let other = throttle.account(&format!("name {number}"));
        if throttle.ask(&[other, source], START) == Admission::Try {
            guesses += 1;
        }
        if throttle.ask(&[owned, source], START) == Admission::Try {
            throttle.passed(&[owned, source]);
        }
    }
    assert_eq!(guesses, 5);
}

/// Counting stops where it makes no difference, so a long attack is forgotten as soon as a short one.
#[test]
fn a_day_of_guesses_is_forgotten_in_two_hours() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    let mut now = START;
    while now < START.after(24 * HOUR) {
        if let Admission::Wait(wait) = throttle.ask(&ada, now) {
            now = now.after(wait);
        }
    }
    let later = now.after(2 * HOUR);
    for _ in 0..5 {
        assert_eq!(throttle.ask(&ada, later), Admission::Try);
    }
}

#[test]
fn tries_in_parallel_are_counted_before_they_are_checked() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    let tries = (0..100).filter(|_| throttle.ask(&ada, START) == Admission::Try).count();
    assert_eq!(tries, 5);
}

/// By waiting for the shortest time always, and with any number of sources.
#[test]
fn guesses_at_an_account_are_bounded() {
    for hours in [1, 24] {
        let mut throttle = throttle::<4096>(1);
        let mut dice = Dice(2);
        let source = || dice.next().to_le_bytes().to_vec();
        let tries = guess(&mut throttle, "ada", source, HOUR * hours);
        // Five for free, six doublings, one more, and then one a minute.
        let bound = 12 + u64::from(60 * hours);
        assert!(tries <= bound, "{tries} in {hours} hours");
        assert!(tries >= bound - 12, "{tries} in {hours} hours: nobody was let in");
    }
}

/// Waiting for tries to be forgotten is not the faster way, whatever the limits are.
#[test]
fn guesses_are_bounded_also_for_who_is_patient() {
    let limits = Limits::new().longest(LONGEST).forget(SECOND);
    for pause in [0, 1, 60, 61, 120, 121, 600] {
        let mut throttle = throttle::<64>(1).limits(limits);
        let ada = [throttle.account("ada")];
        let (mut now, mut tries) = (START, 0);
        while now < START.after(24 * HOUR) {
            match throttle.ask(&ada, now) {
                Admission::Try => tries += 1,
                Admission::Wait(wait) => now = now.after(wait.max(Duration::from_secs(pause))),
            }
        }
        assert!(tries <= 12 + 24 * 60, "{tries} tries with pauses of {pause} s");
    }
}

#[test]
fn one_source_that_sprays_names_keeps_nobody_waiting() {
    for seed in 0..10 {
        let mut throttle = throttle::<64>(seed);
        let attacker = throttle.source(&[203, 0, 113, 1]);
        let mut kept = 0;
        for second in 0..24 * 3600 {
            let now = START.after(SECOND * second);
            let name = throttle.account(&format!("name {second}"));
            let _ = throttle.ask(&[name, attacker], now);
            if second % 600 == 0 {
                // Whoever does not share the attacker's bucket.
                let owner = [throttle.account("ada"), throttle.source(OWNER)];
                match throttle.ask(&owner, now) {
                    Admission::Try => throttle.passed(&owner),
                    Admission::Wait(_) => kept += 1,
                }
            }
        }
        // One in 32 owners has a subject in the attacker's own bucket; no seed of these is one.
        assert_eq!(kept, 0, "seed {seed}");
    }
}

#[test]
fn no_crowd_keeps_anybody_waiting_for_longer_than_the_longest_wait() {
    let mut throttle = throttle::<64>(1);
    let owner = [throttle.account("ada"), throttle.source(OWNER)];
    let mut dice = Dice(3);
    let (mut now, mut waited) = (START, 0);
    for number in 0..60_000 {
        let name = throttle.account(&format!("name {number}"));
        let source = throttle.source(&dice.next().to_le_bytes());
        let _ = throttle.ask(&[name, source], now);
        now = now.after(Duration::from_millis(dice.next() % 20));
        if number % 500 == 0 {
            // Not asked for a try, only for how long: the table is the same afterwards.
            if let Admission::Wait(wait) = throttle.ask(&owner, now) {
                waited += 1;
                assert!(wait <= LONGEST);
            } else {
                throttle.passed(&owner);
            }
        }
    }
    assert!(waited > 50, "the crowd did fill the table");
    // And it ends: one longest wait after the last try, everybody has one.
    assert_eq!(throttle.ask(&owner, now.after(LONGEST)), Admission::Try);
}

#[test]
fn who_is_known_is_asked_where_strangers_never_come() {
    let (mut strangers, mut known) = (throttle::<64>(1), throttle::<8>(2));
    let source = || vec![203, 0, 113, 1];
    guess(&mut strangers, "ada", source, HOUR);
    let ada = [strangers.account("ada")];
    assert_ne!(strangers.ask(&ada, START.after(HOUR)), Admission::Try);
    let browser = [known.account("ada's browser")];
    assert_eq!(known.ask(&browser, START.after(HOUR)), Admission::Try);
}

#[test]
fn a_button_lets_everybody_in() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    while throttle.ask(&ada, START) == Admission::Try {}
    throttle.forgive();
    assert_eq!(throttle.ask(&ada, START), Admission::Try);
}

#[test]
fn a_refused_try_counts_for_nobody() {
    let mut throttle = throttle::<1024>(1);
    let (ada, grace) = (throttle.account("ada"), throttle.account("grace"));
    let source = throttle.source(OWNER);
    while throttle.ask(&[ada], START) == Admission::Try {}
    for _ in 0..100 {
        assert_eq!(throttle.ask(&[ada, source], START), Admission::Wait(SECOND));
    }
    for _ in 0..5 {
        assert_eq!(throttle.ask(&[grace, source], START), Admission::Try);
    }
}

#[test]
fn subjects_in_one_bucket_are_counted_once() {
    let mut throttle = throttle::<1>(1);
    let who = [throttle.account("ada"), throttle.source(OWNER)];
    for _ in 0..5 {
        assert_eq!(throttle.ask(&who, START), Admission::Try);
    }
    assert_eq!(throttle.ask(&who, START), Admission::Wait(SECOND));
}

/// An account and an address of the same bytes are two, and another key puts both elsewhere.
#[test]
fn subjects_are_told_apart_by_kind_and_key() {
    let (first, second) = (throttle::<1024>(1), throttle::<1024>(2));
    assert_ne!(first.account("ada"), first.source(b"ada"));
    assert_ne!(first.account("ada"), first.account("grace"));
    assert_ne!(first.account("ada"), second.account("ada"));
    assert_eq!(first.account("ada"), first.account("ada"));
}

// promise: L8
#[test]
fn a_clock_that_went_backwards_keeps_nobody_waiting_for_longer() {
    let mut throttle = throttle::<64>(1);
    let ada = [throttle.account("ada")];
    guess(&mut throttle, "ada", || OWNER.to_vec(), HOUR);
    assert_eq!(throttle.ask(&ada, Timestamp::ZERO), Admission::Wait(LONGEST));
}

#[test]
fn every_limit_can_be_another() {
    let limits = Limits::new().free(2).first(SECOND * 3).longest(SECOND * 10).forget(SECOND * 30);
    let mut throttle = throttle::<64>(1).limits(limits);
    let ada = [throttle.account("ada")];
    for _ in 0..2 {
        assert_eq!(throttle.ask(&ada, START), Admission::Try);
    }
    let mut now = START;
    for seconds in [3, 6, 10, 10] {
        assert_eq!(throttle.ask(&ada, now), Admission::Wait(SECOND * seconds));
        now = now.after(SECOND * seconds);
        assert_eq!(throttle.ask(&ada, now), Admission::Try);
    }
    // Four tries count, as many as make the longest wait; three of them are forgotten here.
    let later = now.after(SECOND * 119);
    assert_eq!(throttle.ask(&ada, later), Admission::Try);
    assert_eq!(throttle.ask(&ada, later), Admission::Wait(SECOND * 3));
}

#[test]
fn odd_limits_are_taken_calmly() {
    let none = Limits::new().free(0).first(Duration::ZERO).longest(Duration::ZERO);
    let all = Limits::new().free(255).first(Duration::MAX).longest(Duration::MAX);
    let wide = Limits::new().free(0).first(Duration::ZERO).longest(Duration::MAX);
    for limits in [none.forget(Duration::ZERO), all.forget(Duration::MAX), wide] {
        let mut throttle = throttle::<2>(1).limits(limits);
        let ada = [throttle.account("ada")];
        for second in 0..1000 {
            if let Admission::Wait(wait) = throttle.ask(&ada, START.after(SECOND * second)) {
                assert!(wait > Duration::ZERO);
            }
        }
    }
}

#[test]
fn a_generator_that_fails_makes_no_throttle() {
    let entropy = |_: &mut [u8]| Err("not ready");
    let rng = sansession_device::DeviceRng::new(entropy, b"", b"");
    assert!(rng.is_err());
    let mut calls = 0_u8;
    let entropy = |bytes: &mut [u8]| {
        bytes.fill(7);
        bytes[0] = calls;
        calls += 1;
        if calls > 1 { Err("not ready") } else { Ok(()) }
    };
    let mut rng = sansession_device::DeviceRng::new(entropy, b"", b"").expect("once");
    assert!(Throttle::<4>::new(&mut rng).is_err());
}

// promise: D1 I6
#[test]
fn a_bucket_takes_seven_bytes_and_debug_shows_nothing() {
    let beside = size_of::<Throttle<8>>() - 8 * 7;
    println!("Throttle<8>: {} bytes, {beside} beside the buckets", size_of::<Throttle<8>>());
    assert!(size_of::<Throttle<256>>() <= 256 * 7 + 64);
    let throttle = throttle::<8>(1);
    assert_eq!(format!("{throttle:?}"), "Throttle { buckets: 8, .. }");
    assert_eq!(format!("{:?}", throttle.account("ada")), "Subject { .. }");
}
