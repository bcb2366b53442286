//! What a device brings to a session: a time, randomness, and patience with those who guess passwords.
//!
//! ```
//! use core::convert::Infallible;
//! use core::time::Duration;
//!
//! use sansession::Timestamp;
//! use sansession_device::{Admission, Clock, DeviceRng, Reboot, Throttle};
//!
//! # fn read_flash() -> Timestamp { Timestamp::ZERO }
//! # fn write_flash(_: Timestamp) {}
//! # fn uptime() -> Duration { Duration::from_secs(1) }
//! # fn peripheral(bytes: &mut [u8]) { getrandom::fill(bytes).unwrap() }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A device without a battery: sessions live on after a reboot.
//! let saved = read_flash();
//! let mut clock = Clock::new(Reboot::Resume, Duration::from_secs(60), saved, Timestamp::ZERO);
//! let tick = clock.tick(uptime(), None);
//! if let Some(time) = tick.save {
//!     write_flash(time);
//! }
//! let now = tick.now.ok_or("no time yet")?;
//!
//! // Its noise, in a form that sansession draws ids from.
//! let entropy = |bytes: &mut [u8]| Ok::<_, Infallible>(peripheral(bytes));
//! let mut rng = DeviceRng::new(entropy, &now.as_millis().to_le_bytes(), b"serial number 4711")?;
//!
//! // Its log-in form.
//! let mut throttle = Throttle::<64>::new(&mut rng)?;
//! let who = [throttle.account("admin"), throttle.source(&[192, 0, 2, 7])];
//! assert_eq!(throttle.ask(&who, now), Admission::Try);
//! // Here the password is checked. If it was right:
//! throttle.passed(&who);
//! # Ok(()) }
//! ```
//!
//! Three small machines that know no hardware: [`Clock`], [`DeviceRng`] and [`Throttle`]. Each is a value without an
//! allocator, lock or IO; what it needs comes in as arguments. None of them needs another.
//!
//! | | bytes | a call takes |
//! |---|---|---|
//! | [`Clock`] | 64 at most | some additions |
//! | [`DeviceRng`] | 96, and the source | 7 HMACs for an id |
//! | [`Throttle<M>`](Throttle) | 7 `M`, and 64 | a look at one bucket for each subject; one HMAC to name a subject |
#![no_std]
#![deny(missing_docs)]
#![deny(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic))]

#[cfg(test)]
extern crate std;

mod clock;

mod rng;

mod throttle;

mod mac;

mod millis;

pub use clock::{Clock, Reboot, Tick};
pub use rng::{DeviceRng, EntropyError};
pub use throttle::{Admission, Limits, Subject, Throttle};
