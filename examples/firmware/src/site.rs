//! What is where in flash, and the device that is made of it.

use core::cell::RefCell;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

use sansession::rand_core::TryCryptoRng;
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Stored, Timestamp};
use sansession_device::DeviceRng;
use sansession_firmware::flash::{Journal, Part, Secret};
use sansession_firmware::{Body, Device, RECORD, Throttling, Time as _, refused};
use sansession_nor::NorStore;
use sansession_store::Store;
use sansession_web::{Host, Page, Refused, Report};
use static_cell::StaticCell;

use crate::STOPPED;
use crate::board::semihosting::{self, Denied};
use crate::clock::SavedClock;
use crate::memory::Memory;

/// Sessions that the table in RAM has places for.
pub(crate) const SESSIONS: usize = 64;

/// The ring of sessions.
const RING: Range<u32> = 0..0x1_0000;
/// The clock's journal: two sectors.
const JOURNAL: Range<u32> = 0x1_0000..0x1_2000;
/// The device's key: a sector.
const SECRET: Range<u32> = 0x1_2000..0x1_3000;

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

/// What all requests share.
pub(crate) struct Site {
    #[expect(clippy::type_complexity, reason = "it is said here only")]
    pub(crate) device: Device<
        'static,
        NorStore<Part<'static, Memory>, SESSIONS>,
        DeviceRng<fn(&mut [u8]) -> Result<(), Denied>>,
        SavedClock<Part<'static, Memory>>,
    >,
}

/// The part of the start that failed. Why is in the log.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Flash,
    Journal,
    Entropy,
    Secret,
    Sessions,
    Tasks,
}

impl Site {
    /// Reads what is in flash, and makes what is not there yet.
    #[inline(never)]
    pub(crate) fn open(
        memory: &'static RefCell<Memory>,
        store: &'static NorStore<Part<'static, Memory>, SESSIONS>,
    ) -> Result<Self, Start> {
        let part = |range| Part::new(memory, range);
        let journal = Journal::open(part(JOURNAL)).map_err(because(Start::Journal))?;
        // A time that comes once only, as the clock starts behind what it saved.
        let nonce = journal.latest().as_millis().to_le_bytes();
        let entropy: fn(&mut [u8]) -> Result<(), Denied> = semihosting::entropy;
        let mut rng =
            DeviceRng::new(entropy, &nonce, b"sansession demo").map_err(because(Start::Entropy))?;
        let secret =
            Secret::read_or_make(&mut part(SECRET), &mut rng).map_err(because(Start::Secret))?;
        let key = Key::new(1, secret.as_bytes()).map_err(because(Start::Sessions))?;
        let sessions =
            Sessions::stored(CONFIG, &KeyRing::new(key)).map_err(because(Start::Sessions))?;
        let throttling = Throttling::new(&mut rng).map_err(because(Start::Entropy))?;
        let device = Device {
            sessions,
            store,
            rng: RefCell::new(rng),
            clock: SavedClock::new(journal),
            throttling,
            record: RefCell::new([0; RECORD]),
        };
        Ok(Self { device })
    }
}

impl Host for Site {
    type Store = NorStore<Part<'static, Memory>, SESSIONS>;

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
        let (content_type, body) = (
            answer.content.media_type(),
            match answer.body {
                Body::Fixed(body) => body,
                Body::Written => "",
            },
        );
        Page { status: answer.status, content_type, body }
    }

    fn report(&self, report: &Report<'_, <Self::Store as Store>::Error>) {
        if let Some(cause) = report.refused {
            crate::log!("refused: {cause}");
        }
        if let Some(cause) = report.upkeep {
            crate::log!("not done, and tried again: {cause}");
        }
    }

    fn header(&self, outcome: Option<Outcome>) -> Option<(&'static str, &'static str)> {
        Some(("x-demo-outcome", outcome.map_or("unopened", Outcome::name)))
    }
}

/// Mounts the store where it stays.
///
/// What is moved on the way, three times the table of sessions, is the most that the stack is asked for, so this is not
/// inlined, and is called from where the stack is all but empty.
#[inline(never)]
pub(crate) fn mount(
    memory: &'static RefCell<Memory>,
) -> &'static NorStore<Part<'static, Memory>, SESSIONS> {
    static STORE: StaticCell<NorStore<Part<'static, Memory>, SESSIONS>> = StaticCell::new();
    STORE.init_with(|| match NorStore::mount(Part::new(memory, RING), 0..RING.end - RING.start) {
        Ok(store) => store,
        Err(error) => {
            crate::log!("{error}");
            semihosting::exit(STOPPED)
        }
    })
}

/// Logs a cause.
pub(crate) fn because<E: fmt::Debug>(part: Start) -> impl FnOnce(E) -> Start {
    move |cause| {
        crate::log!("{part:?}: {cause:?}");
        part
    }
}
