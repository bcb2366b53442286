//! What is where in flash, and the device that is made of it.

use core::cell::RefCell;
use core::fmt;
use core::ops::Range;
use core::time::Duration;

use embedded_storage::nor_flash::{NorFlash as _, ReadNorFlash as _};
use sansession::rand_core::TryCryptoRng;
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Stored, Timestamp};
use sansession_device::DeviceRng;
use sansession_firmware::flash::{Journal, Part, Secret};
use sansession_firmware::{Body, Device, RECORD, Throttling, Time as _, refused};
use sansession_nor::{Geometry, NorStore, Sizes, Tiered, Unmounted};
use sansession_ram::LocalRamStore;
use sansession_store::{Store, StoreError as _};
use sansession_web::{Host, Page, Refused, Report};
use static_cell::StaticCell;

use crate::STOPPED;
use crate::board::semihosting::{self, Denied};
use crate::clock::SavedClock;
use crate::memory::Memory;

/// Users' sessions that there are places for: the ring has room for as many.
const SESSIONS: usize = 28;
/// Visitors without a log-in that have a session, in RAM.
const VISITORS: usize = 4;

/// The ring of sessions.
const RING: Range<u32> = 0..0x1_0000;
/// Its pages: the smallest that there can be.
const GEOMETRY: Geometry = {
    let sizes =
        Sizes { read: Memory::READ_SIZE, write: Memory::WRITE_SIZE, erase: Memory::ERASE_SIZE };
    match Geometry::within(0, RING.end - RING.start, sizes) {
        Ok(geometry) => geometry,
        Err(_) => panic!("a ring that cannot be"),
    }
};
/// The clock's journal: two sectors.
const JOURNAL: Range<u32> = 0x1_0000..0x1_2000;
/// The device's key: a sector.
const SECRET: Range<u32> = 0x1_2000..0x1_3000;

/// Of a device that can only speak plain HTTP. The page says what that means.
const CONFIG: Config = match Config::new()
    .insecure_http("session")
    .sealed_records()
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
        <Site as Host>::Store,
        DeviceRng<fn(&mut [u8]) -> Result<(), Denied>>,
        SavedClock<Part<'static, Memory>>,
    >,
}

/// The part of the start that failed.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    Flash,
    Journal,
    Entropy,
    Secret,
    Sessions,
    Tasks,
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flash => "flash",
            Self::Journal => "journal",
            Self::Entropy => "entropy",
            Self::Secret => "secret",
            Self::Sessions => "sessions",
            Self::Tasks => "tasks",
        })
    }
}

impl Site {
    /// Reads what is in flash, and makes what is not there yet.
    #[inline(never)]
    pub(crate) fn open(
        memory: &'static RefCell<Memory>,
        store: &'static <Self as Host>::Store,
    ) -> Result<&'static Self, Start> {
        static SITE: StaticCell<Site> = StaticCell::new();
        let journal = Journal::open(Part::new(memory, JOURNAL)).map_err(because(Start::Journal))?;
        // A time that comes once only, as the clock starts behind what it saved.
        let nonce = journal.latest().as_millis().to_le_bytes();
        let entropy: fn(&mut [u8]) -> Result<(), Denied> = semihosting::entropy;
        let mut rng =
            DeviceRng::new(entropy, &nonce, b"sansession demo").map_err(because(Start::Entropy))?;
        let sessions = sessions(Part::new(memory, SECRET), &mut rng)?;
        let throttling = Throttling::new(&mut rng).map_err(because(Start::Entropy))?;
        let device = Device {
            sessions,
            store,
            rng: RefCell::new(rng),
            clock: SavedClock::new(journal),
            throttling,
            record: RefCell::new([0; RECORD]),
        };
        Ok(SITE.init(Self { device }))
    }
}

/// The key of the device, and what is made of it. Not inlined: what deriving takes is off the stack when it returns.
#[inline(never)]
fn sessions<R: TryCryptoRng>(
    mut flash: Part<'_, Memory>,
    rng: &mut R,
) -> Result<Sessions<Stored>, Start> {
    let secret = Secret::read_or_make(&mut flash, rng).map_err(because(Start::Secret))?;
    let key = Key::new(1, secret.as_bytes()).map_err(because(Start::Sessions))?;
    Sessions::stored(CONFIG, &KeyRing::new(key)).map_err(because(Start::Sessions))
}

impl Host for Site {
    type Store = Tiered<LocalRamStore<VISITORS, RECORD>, NorStore<Part<'static, Memory>, SESSIONS>>;

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
            crate::log!("refused: {}", cause.outcome().name());
        }
        if report.upkeep.is_some() {
            crate::log!("upkeep was not done, and is tried again");
        }
    }

    fn header(&self, outcome: Option<Outcome>) -> Option<(&'static str, &'static str)> {
        Some(("x-demo-outcome", outcome.map_or("unopened", Outcome::name)))
    }
}

/// Opens the store where it stays.
pub(crate) fn mount(memory: &'static RefCell<Memory>) -> &'static <Site as Host>::Store {
    let store = closed();
    *store.flash() = Part::new(memory, RING);
    match store.mount(GEOMETRY) {
        Ok(store) => store,
        Err(error) => {
            crate::log!("no start: sessions: {}", error.kind());
            semihosting::exit(STOPPED)
        }
    }
}

/// The store before it is open. It is moved to where it stays, once, and off the stack when this returns.
#[inline(never)]
fn closed() -> &'static mut Unmounted<<Site as Host>::Store> {
    static STORE: StaticCell<Unmounted<<Site as Host>::Store>> = StaticCell::new();
    STORE.init_with(|| Tiered::<_, NorStore<_, _>>::unmounted(LocalRamStore::new(), Part::absent()))
}

/// Logs which part of the start failed. Its cause is not told: text for causes that never come would be in flash.
pub(crate) fn because<E>(part: Start) -> impl FnOnce(E) -> Start {
    move |_| {
        crate::log!("no start: {part}");
        part
    }
}
