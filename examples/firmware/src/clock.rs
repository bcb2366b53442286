//! The device's time: uptime, from where the last boot left off.

use core::cell::RefCell;
use core::time::Duration;

use embassy_time::Instant;
use embedded_storage::nor_flash::NorFlash;
use sansession::Timestamp;
use sansession_device::{Clock, Reboot};
use sansession_firmware::Time;
use sansession_firmware::flash::Journal;

/// How often it is saved: an entry in flash once in a minute.
const INTERVAL: Duration = Duration::from_secs(60);

/// A clock that is saved in flash.
pub(crate) struct SavedClock<F>(RefCell<Inner<F>>);

struct Inner<F> {
    clock: Clock,
    journal: Journal<F>,
}

impl<F: NorFlash> SavedClock<F> {
    /// Goes on where the journal ends.
    pub(crate) fn new(journal: Journal<F>) -> Self {
        let clock = Clock::new(Reboot::Resume, INTERVAL, journal.latest(), Timestamp::ZERO);
        Self(RefCell::new(Inner { clock, journal }))
    }
}

impl<F: NorFlash> Time for SavedClock<F> {
    fn now(&self) -> Timestamp {
        let Inner { clock, journal } = &mut *self.0.borrow_mut();
        let uptime = Duration::from_millis(Instant::now().as_millis());
        let tick = clock.tick(uptime, None);
        if let Some(time) = tick.save
            && journal.save(time).is_err()
        {
            crate::log!("the time was not saved");
            clock.save_failed();
        }
        // This policy always has a time.
        tick.now.unwrap_or_default()
    }
}
