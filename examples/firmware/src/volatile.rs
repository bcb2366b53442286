//! The device of a board that keeps nothing: sessions, key and time are gone with the power.

use core::cell::RefCell;
use core::fmt;
use core::time::Duration;

use sansession::rand_core::TryCryptoRng;
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Stored, Timestamp};
use sansession_device::DeviceRng;
use sansession_firmware::{Body, Device, Throttling, Time, refused};
use sansession_ram::RamStore;
use sansession_store::Store;
use sansession_web::{Host, Page, Refused, Report};
use static_cell::StaticCell;

use crate::board::microbit::clock;
use crate::board::microbit::entropy::{self, Stopped};
use crate::board::semihosting;

/// Exit code of a start that failed.
const STOPPED: u32 = 1;

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

impl Site {
    /// Makes the device where it stays, with a key that no other start has.
    ///
    /// It does not return without one: an error would be as large as a device, and the stack is short.
    #[inline(never)]
    pub(crate) fn open() -> &'static Self {
        static SITE: StaticCell<Site> = StaticCell::new();
        SITE.init_with(|| {
            let source: fn(&mut [u8]) -> Result<(), Stopped> = entropy::fill;
            // The source is a good one, and the key is new: nothing else tells this start from others.
            let mut rng = made(DeviceRng::new(source, b"", b"sansession demo"));
            let sessions = sessions(&mut rng);
            let throttling = made(Throttling::new(&mut rng));
            let device = Device {
                sessions,
                store: &STORE,
                rng: RefCell::new(rng),
                clock: Uptime,
                throttling,
                record: RefCell::new([0; RECORD]),
            };
            Self { device }
        })
    }
}

/// The most that the stack is asked for, so it is not inlined, and called from where the stack is all but empty.
#[inline(never)]
fn sessions(rng: &mut impl TryCryptoRng<Error: fmt::Debug>) -> Sessions<Stored> {
    let mut secret = [0; 32];
    made(rng.try_fill_bytes(&mut secret));
    made(Sessions::stored(CONFIG, &KeyRing::new(made(Key::new(1, &secret)))))
}

/// Leaves the emulator if there is no device. Why is in the log.
fn made<T, E: fmt::Debug>(part: Result<T, E>) -> T {
    part.unwrap_or_else(|cause| {
        crate::log!("not started: {cause:?}");
        semihosting::exit(STOPPED)
    })
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
