//! A board with sessions in RAM, as small devices have them.

use getrandom::SysRng;
use sansession::rand_core::TryCryptoRng;
use sansession::{Config, Key, KeyRing, Sessions, Stored, Timestamp};
use sansession_ram::RamStore;
use sansession_web::Host;

/// A board that cannot fail.
pub struct RamBoard {
    sessions: Sessions<Stored>,
    store: RamStore<4, 256>,
}

impl RamBoard {
    /// A board that lives as long as its test.
    pub fn new() -> &'static Self {
        let key = Key::new(1, b"thirty-two bytes of test key 001").expect("it is long enough");
        let sessions = Sessions::stored(Config::new().sweep_share(0), &KeyRing::new(key));
        let sessions = sessions.expect("it is safe enough");
        Box::leak(Box::new(Self { sessions, store: RamStore::new() }))
    }
}

impl Host for RamBoard {
    type Store = RamStore<4, 256>;

    fn sessions(&self) -> &Sessions<Stored> {
        &self.sessions
    }

    fn store(&self) -> &Self::Store {
        &self.store
    }

    fn now(&self) -> Option<Timestamp> {
        Some(Timestamp::from_secs(1_000_000))
    }

    fn rng(&self) -> impl TryCryptoRng {
        SysRng
    }
}
