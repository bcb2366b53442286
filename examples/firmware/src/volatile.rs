//! The device of a board that keeps nothing: sessions, key and time are gone with the power.

use core::cell::RefCell;
use core::fmt;
use core::time::Duration;

use sansession::rand_core::{TryCryptoRng, TryRng as _};
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Stored, Timestamp};
use sansession_device::DeviceRng;
use sansession_firmware::{Body, Device, Throttling, Time, refused};
use sansession_ram::RamStore;
use sansession_store::Store;
use sansession_web::{Host, Page, Refused, Report};

use crate::board::microbit::clock;
use crate::board::microbit::entropy::{self, Stopped};

/// Sessions that there is room for.
const SESSIONS: usize = 4;
/// Bytes of a record, and half of a slot.
pub(crate) const RECORD: usize = 256;
/// Buckets of the throttle.
const BUCKETS: usize = 16;

static STORE: RamStore<SESSIONS, RECORD> = RamStore::new();

/// Of a device that can only speak plain HTTP. The page says what that means.
const CONFIG: Config = match Config::new()
    .insecure_http("session")
    .idle(Duration::from_secs(2 * 60 * 60))
    .absolute(Duration::from_secs(7 * 24 * 60 * 60))
    .checked()
{
    Ok(config) => config,
    Err(_) => panic!("a configuration that contradicts itself"),
};

/// Time since the start. It starts over with the sessions.
pub(crate) struct Uptime;

impl Time for Uptime {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(u64::try_from(clock::uptime().as_millis()).unwrap_or(u64::MAX))
    }
}

/// What all requests share.
pub(crate) struct Site {
    #[expect(clippy::type_complexity, reason = "it is said here only")]
    pub(crate) device: Device<
        'static,
        RamStore<SESSIONS, RECORD>,
        DeviceRng<fn(&mut [u8]) -> Result<(), Stopped>>,
        Uptime,
        RECORD,
        BUCKETS,
    >,
}

/// There is no device without randomness. Why is in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotMade;

impl Site {
    /// Makes the device, with a key that no other start has.
    #[inline(never)]
    pub(crate) fn make() -> Result<Self, NotMade> {
        let source: fn(&mut [u8]) -> Result<(), Stopped> = entropy::fill;
        // The source is a good one, and the key is new: nothing else tells this start from others.
        let mut rng = DeviceRng::new(source, b"", b"sansession demo").map_err(because)?;
        let mut secret = [0; 32];
        rng.try_fill_bytes(&mut secret).map_err(because)?;
        let key = Key::new(1, &secret).map_err(because)?;
        let sessions = Sessions::stored(CONFIG, &KeyRing::new(key)).map_err(because)?;
        let throttling = Throttling::new(&mut rng).map_err(because)?;
        let device = Device {
            sessions,
            store: &STORE,
            rng: RefCell::new(rng),
            clock: Uptime,
            throttling,
            record: RefCell::new([0; RECORD]),
        };
        Ok(Self { device })
    }
}

fn because<E: fmt::Debug>(cause: E) -> NotMade {
    crate::log!("not started: {cause:?}");
    NotMade
}

impl Host for Site {
    type Store = RamStore<SESSIONS, RECORD>;

    fn sessions(&self) -> &Sessions<Stored> {
        &self.device.sessions
    }

    fn store(&self) -> &Self::Store {
        self.device.store
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.device.clock.now())
    }

    fn rng(&self) -> impl TryCryptoRng {
        self.device.rng.borrow_mut()
    }

    fn refuse(&self, why: &Refused<<Self::Store as Store>::Error>, path: &str) -> Page {
        let answer = refused(why.status(), why.outcome(), path);
        let body = match answer.body {
            Body::Fixed(body) => body,
            Body::Written => "",
        };
        Page { status: answer.status, content_type: answer.content.media_type(), body }
    }

    fn report(&self, report: &Report<'_, <Self::Store as Store>::Error>) {
        if let Some(cause) = report.refused {
            crate::log!("refused: {cause}");
        }
    }

    fn header(&self, outcome: Option<Outcome>) -> Option<(&'static str, &'static str)> {
        Some(("x-demo-outcome", outcome.map_or("unopened", Outcome::name)))
    }
}
