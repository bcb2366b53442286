//! A device's clock over reboots, power cuts, failed writes and wrong wall clocks (promise L8).

use core::time::Duration;

use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp, Verdict};
use sansession_device::{Clock, Reboot};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
const NOON: Timestamp = Timestamp::from_secs(1_700_000_000);

/// What the clock tells, which must be a time.
fn tell(clock: &mut Clock, uptime: Duration, wall: Option<Timestamp>) -> Timestamp {
    clock.tick(uptime, wall).now.expect("there is a time")
}

/// `SplitMix64`, so that every run is the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % sides
    }
}

// promise: L8
#[test]
fn only_the_time_with_power_counts() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON, Timestamp::ZERO);
    assert_eq!(tell(&mut clock, Duration::ZERO, None), NOON);
    assert_eq!(tell(&mut clock, HOUR, None), NOON.after(HOUR));
}

// promise: L8
#[test]
fn a_clock_starts_at_the_later_of_what_was_saved_and_what_is_stored() {
    for (saved, newest) in [(NOON, NOON.after(HOUR)), (NOON.after(HOUR), NOON)] {
        let mut clock = Clock::new(Reboot::Resume, MINUTE, saved, newest);
        assert_eq!(tell(&mut clock, Duration::ZERO, None), NOON.after(HOUR));
    }
}

// promise: L8
#[test]
fn there_is_no_time_until_the_wall_clock_is_set() {
    let mut clock = Clock::new(Reboot::Wait, MINUTE, NOON, Timestamp::ZERO);
    for seconds in 0..100 {
        let tick = clock.tick(Duration::from_secs(seconds), None);
        assert_eq!((tick.now, tick.save), (None, None));
    }
    let set = NOON.after(DAY);
    let tick = clock.tick(Duration::from_secs(100), Some(set));
    assert_eq!((tick.now, tick.save), (Some(set), Some(set.after(MINUTE))));
    // Afterwards the wall clock may be away again.
    let later = tell(&mut clock, Duration::from_secs(160), None);
    assert_eq!(later, set.after(MINUTE));
}

// promise: L8
#[test]
fn a_reboot_that_forgets_puts_every_deadline_behind() {
    let longest = 8 * HOUR;
    let reboot = Reboot::Forget { longest };
    let mut first = Clock::new(reboot, MINUTE, NOON, Timestamp::ZERO);
    let mut saved = NOON;
    let mut last = NOON;
    for seconds in 0..1000 {
        let tick = first.tick(Duration::from_secs(seconds), None);
        saved = tick.save.unwrap_or(saved);
        last = tick.now.expect("there is a time");
    }
    let mut second = Clock::new(reboot, MINUTE, saved, Timestamp::ZERO);
    assert!(last.after(longest) <= tell(&mut second, Duration::ZERO, None));
    // With a wall clock at hand nobody need guess how long it took.
    let mut third = Clock::new(reboot, MINUTE, saved, Timestamp::ZERO);
    let wall = saved.after(MINUTE);
    assert_eq!(tell(&mut third, Duration::ZERO, Some(wall)), wall);
}

/// What becomes of a carried session, made in one boot and shown after the next.
fn after_a_reboot(reboot: Reboot) -> Verdict {
    let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a good key"));
    let config = Config::new().idle(HOUR).absolute(8 * HOUR);
    let sessions = Sessions::carried(config, &keys).expect("a good configuration");
    let mut slot = Slot::<[u8; 6000]>::new();

    let mut clock = Clock::new(reboot, MINUTE, Timestamp::ZERO, Timestamp::ZERO);
    let (mut saved, mut now) = (Timestamp::ZERO, Timestamp::ZERO);
    for seconds in 0..=90 {
        let tick = clock.tick(Duration::from_secs(seconds), None);
        saved = tick.save.unwrap_or(saved);
        now = tick.now.expect("there is a time");
    }
    let mut active = sessions.begin([], now, slot.erase());
    active.insert_str("colour", "blue").expect("room");
    let reply = sessions.finish(active, Ending::Answered, now, &mut getrandom::SysRng);
    let reply = reply.expect("random bytes");
    let cookie = reply.set_cookie(&sessions).expect("it was written to").to_string();
    let pair = cookie.split(';').next().expect("never empty").to_owned();
    drop(reply);

    let mut clock = Clock::new(reboot, MINUTE, saved, Timestamp::ZERO);
    let now = tell(&mut clock, Duration::from_secs(1), None);
    sessions.begin([pair.as_bytes()], now, slot.erase()).verdict()
}

// promise: L8
#[test]
fn sessions_live_on_or_end_as_the_policy_says() {
    assert_eq!(after_a_reboot(Reboot::Resume), Verdict::Resumed);
    let ended = after_a_reboot(Reboot::Forget { longest: 8 * HOUR });
    assert_eq!(ended, Verdict::ExpiredAbsolute);
}

/// Any power cuts, any wall clocks, any writes that fail.
// promise: L8
#[test]
fn no_time_is_used_twice_whenever_the_power_goes() {
    let reboots = [Reboot::Resume, Reboot::Wait, Reboot::Forget { longest: HOUR }];
    for seed in 0..300 {
        let mut dice = Dice(seed);
        let (mut saved, mut last, mut used) = (Timestamp::ZERO, Timestamp::ZERO, 0);
        for _ in 0..20 {
            let reboot = reboots[usize::try_from(dice.below(3)).unwrap()];
            let mut clock = Clock::new(reboot, MINUTE, saved, Timestamp::ZERO);
            let mut uptime = Duration::ZERO;
            for _ in 0..dice.below(200) {
                uptime += Duration::from_millis(dice.below(20_000));
                let wall = NOON.after(Duration::from_millis(dice.below(7_200_000)));
                let wall = Some(wall).filter(|_| dice.below(20) == 0);
                let tick = clock.tick(uptime, wall);
                let Some(now) = tick.now else { continue };
                assert!(last <= now, "{last:?} was used, then {now:?} told (seed {seed})");
                match tick.save {
                    Some(_) if dice.below(3) == 0 => {
                        clock.save_failed();
                        continue;
                    }
                    Some(time) => saved = time,
                    None => {}
                }
                (last, used) = (now, used + 1);
            }
        }
        assert!(used > 100, "{used} times were used (seed {seed})");
    }
}

// promise: L8
#[test]
fn what_was_not_saved_is_asked_for_again() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON, Timestamp::ZERO);
    assert_eq!(clock.tick(Duration::ZERO, None).save, Some(NOON.after(MINUTE)));
    clock.save_failed();
    assert_eq!(clock.tick(Duration::ZERO, None).save, Some(NOON.after(MINUTE)));
    assert_eq!(clock.tick(Duration::ZERO, None).save, None);
}

// promise: L8
#[test]
fn a_reboot_skips_an_interval_at_most() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON, Timestamp::ZERO);
    for seconds in 0..1000 {
        let tick = clock.tick(Duration::from_secs(seconds), None);
        let Some(time) = tick.save else { continue };
        assert_eq!(time, tick.now.expect("there is a time").after(MINUTE));
    }
}

#[test]
fn a_day_is_saved_once_in_an_interval() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON, Timestamp::ZERO);
    let ticks = (0..DAY.as_secs()).map(|second| clock.tick(Duration::from_secs(second), None));
    assert_eq!(ticks.filter(|tick| tick.save.is_some()).count(), 24 * 60);
}

// promise: L8
#[test]
fn a_clock_that_is_ahead_goes_at_half_speed_until_the_wall_clock_is_there() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON.after(MINUTE), Timestamp::ZERO);
    let mut tell = |seconds| {
        let passed = Duration::from_secs(seconds);
        tell(&mut clock, passed, Some(NOON.after(passed))).since(NOON).as_secs()
    };
    assert_eq!([tell(0), tell(60), tell(119)], [60, 90, 119]);
    assert_eq!([tell(120), tell(121), tell(200)], [120, 121, 200]);
}

// promise: L8
#[test]
fn half_speed_is_half_speed_however_often_somebody_looks() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON.after(DAY), Timestamp::ZERO);
    for millis in 0..=10_000 {
        let passed = Duration::from_millis(millis);
        let now = tell(&mut clock, passed, Some(NOON.after(passed)));
        assert_eq!(now, NOON.after(DAY + passed / 2));
    }
}

// promise: L8
#[test]
fn an_uptime_that_starts_over_does_not_turn_time_back() {
    let mut clock = Clock::new(Reboot::Resume, MINUTE, NOON, Timestamp::ZERO);
    tell(&mut clock, HOUR, None);
    assert_eq!(tell(&mut clock, Duration::ZERO, None), NOON.after(HOUR));
    assert_eq!(tell(&mut clock, MINUTE, None), NOON.after(HOUR + MINUTE));
}

// promise: L8
#[test]
fn time_saturates() {
    let mut clock = Clock::new(Reboot::Resume, Duration::MAX, NOON, Timestamp::ZERO);
    assert_eq!(tell(&mut clock, Duration::MAX, None), Timestamp::MAX);
    let tick = clock.tick(Duration::MAX, Some(Timestamp::MAX));
    assert_eq!(
        (tick.now, tick.save),
        (Some(Timestamp::MAX), None),
        "there is no later time to save"
    );
}

// promise: D1
#[test]
fn a_clock_is_small() {
    assert!(size_of::<Clock>() <= 64, "{} bytes", size_of::<Clock>());
}
