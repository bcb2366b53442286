//! A host whose parts fail when told to. It shapes its refusals below `/api/`.

use std::cell::{Cell, RefCell};

use getrandom::SysRng;
use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Stored, Timestamp, Verdict};
use sansession_web::{Host, Page, Refused, Report};

use crate::shelf::{Broken, Shelf};

/// Without renewal, sweeping and touching, so that a test sees only what it asks for.
pub const QUIET: Config =
    Config::new().insecure_http("session").no_renew().sweep_share(0).touch_share(100);

/// The board.
pub struct Board {
    sessions: Sessions<Stored>,
    /// Its store.
    pub shelf: Shelf,
    /// Its clock, in seconds; none if it does not know.
    pub now: Cell<Option<u64>>,
    /// Whether its noise fails.
    pub noiseless: Cell<bool>,
    told: RefCell<Vec<Told>>,
}

/// What a [`Report`] said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    /// Its verdict.
    pub verdict: Option<Verdict>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The number of its steps.
    pub steps: usize,
    /// The status of its refusal.
    pub refused: Option<u16>,
    /// Whether upkeep failed.
    pub upkeep: bool,
}

impl Board {
    /// A board that lives as long as its test.
    pub fn of(config: Config) -> &'static Self {
        let key = Key::new(1, b"thirty-two bytes of test key 001").expect("it is long enough");
        let sessions = Sessions::stored(config, &KeyRing::new(key)).expect("it is safe enough");
        Box::leak(Box::new(Self {
            sessions,
            shelf: Shelf::default(),
            now: Cell::new(Some(1_000_000)),
            noiseless: Cell::new(false),
            told: RefCell::default(),
        }))
    }

    /// The reports since this was last asked.
    pub fn told(&self) -> Vec<Told> {
        self.told.take()
    }
}

impl Host for Board {
    type Store = Shelf;

    fn sessions(&self) -> &Sessions<Stored> {
        &self.sessions
    }

    fn store(&self) -> &Shelf {
        &self.shelf
    }

    fn now(&self) -> Option<Timestamp> {
        self.now.get().map(Timestamp::from_secs)
    }

    fn rng(&self) -> impl TryCryptoRng {
        Noise { fails: self.noiseless.get() }
    }

    fn refuse(&self, refused: &Refused<Broken>, path: &str) -> Page {
        if !path.starts_with("/api/") {
            return Page::plain(refused);
        }
        let body = match refused.outcome() {
            Outcome::Gone => r#"{"error":"gone"}"#,
            Outcome::StoreFailed => r#"{"error":"store-failed"}"#,
            _ => r#"{"error":"other"}"#,
        };
        Page { status: refused.status(), content_type: "application/json", body }
    }

    fn report(&self, report: &Report<'_, Broken>) {
        self.told.borrow_mut().push(Told {
            verdict: report.verdict,
            outcome: report.outcome,
            steps: report.steps.iter().count(),
            refused: report.refused.map(Refused::status),
            upkeep: report.upkeep.is_some(),
        });
    }

    fn header(&self, outcome: Option<Outcome>) -> Option<(&'static str, &'static str)> {
        Some(("X-Demo-Outcome", outcome.map_or("unopened", Outcome::name)))
    }
}

struct Noise {
    fails: bool,
}

impl TryRng for Noise {
    type Error = getrandom::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        SysRng.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        SysRng.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        if self.fails { Err(getrandom::Error::UNSUPPORTED) } else { SysRng.try_fill_bytes(bytes) }
    }
}

impl TryCryptoRng for Noise {}
