//! A time for a device that has none when it starts.
//!
//! In: how long it has been running, what was saved, and a wall clock if there is one. Out: a time that never runs
//! backwards, and when to save it again. It refuses to know flash memory, and which server told the time.

use core::time::Duration;

use sansession::Timestamp;

use crate::millis::millis;

/// What a reboot means for sessions while nobody knows how long it took.
///
/// With a wall clock at the first [`tick`](Clock::tick) nobody has to guess, and all three do the same. For one that comes
/// some seconds later, over the network, [`Reboot::Wait`] is right: what is guessed before cannot be taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Reboot {
    /// Every session ends: the clock starts so late that all deadlines from before have passed.
    Forget {
        /// The longest that any session lives: the absolute time-out, or the longest one that is set for one session.
        longest: Duration,
    },
    /// Sessions go on: only the time counts during which the device had power. One that was left open may so outlive its
    /// deadline by as long as the device was off.
    Resume,
    /// Sessions wait: there is [no time](Tick::now) until the wall clock is set.
    Wait,
}

/// What one look at the clock gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
#[non_exhaustive]
pub struct Tick {
    /// The time; none if there is no time yet. Then the host answers with an error (503) and touches no session.
    pub now: Option<Timestamp>,
    /// What to save durably, before `now` is used for anything.
    pub save: Option<Timestamp>,
}

/// A clock that never runs backwards, not even over a power cut.
///
/// # Saving
///
/// What is saved is not the time but how far the clock may run before it saves again: an interval from now, once in an
/// interval. After a power cut it starts there, so no time is used twice, whenever the power went. The price: a reboot
/// skips up to an interval. So an interval is much shorter than the idle time-out, and as long as flash memory likes: one
/// of a minute is 525,600 writes in a year, and one more for each boot. A host that saves nothing, and says so with
/// [`Timestamp::ZERO`], has a clock that starts over at each boot, which suits sessions in RAM.
///
/// # With a wall clock
///
/// The time is the wall clock's, but never before what was told. If the clock is ahead (uptime runs fast, or the wall
/// clock was wrong once), it goes at half its speed until the other has caught up: it does not stand still, so
/// sessions end, at worst after twice their time. A leap forward cannot be taken back: hand in a wall time only from a
/// source that is trusted with ending all sessions. When the wall clock is set for the first time, sessions that began
/// before are over.
#[derive(Clone, Debug)]
pub struct Clock {
    reboot: Reboot,
    interval: Duration,
    /// In halves of a millisecond.
    halves: u64,
    /// In milliseconds.
    uptime: u64,
    /// Whether the time was told once.
    runs: bool,
    /// Up to when the clock may run by what was saved.
    reach: Timestamp,
}

impl Clock {
    /// Makes the clock of this boot. It starts at the later of two times, each of them [`Timestamp::ZERO`] if there is
    /// none: what was `saved` last, and the `newest` one in any record of the store.
    #[must_use]
    pub fn new(reboot: Reboot, interval: Duration, saved: Timestamp, newest: Timestamp) -> Self {
        let halves = halves(saved.max(newest));
        Self { reboot, interval, halves, uptime: 0, runs: false, reach: Timestamp::ZERO }
    }

    /// Tells the time. `uptime` counts from this boot; if it ever runs backwards, it counts on from there. `wall` is
    /// asked anew each time, and may be there or not.
    pub fn tick(&mut self, uptime: Duration, wall: Option<Timestamp>) -> Tick {
        let uptime = millis(uptime);
        let passed = uptime.saturating_sub(self.uptime);
        self.uptime = uptime;
        if !self.runs {
            match (self.reboot, wall) {
                (Reboot::Wait, None) => return Tick { now: None, save: None },
                (Reboot::Forget { longest }, None) => {
                    self.halves = halves(self.now().after(longest));
                }
                _ => {}
            }
            self.runs = true;
        }
        self.halves = match wall {
            None => self.halves.saturating_add(passed.saturating_mul(2)),
            Some(wall) => self.halves.saturating_add(passed).max(halves(wall)),
        };
        Tick { now: Some(self.now()), save: self.save() }
    }

    /// Says that what the last [`tick`](Self::tick) gave was not saved: the next one asks again. A host that uses the
    /// time nevertheless may, after a power cut, be told it once more.
    pub fn save_failed(&mut self) {
        self.reach = Timestamp::ZERO;
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.halves / 2)
    }

    fn save(&mut self) -> Option<Timestamp> {
        let (now, later) = (self.now(), self.now().after(self.interval));
        let due = self.reach <= now && self.reach < later;
        if due {
            self.reach = later;
        }
        due.then_some(later)
    }
}

const fn halves(time: Timestamp) -> u64 {
    time.as_millis() * 2
}
