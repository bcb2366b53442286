//! Sessions in RAM: a table of fixed size, for devices without an allocator.
//!
//! ```
//! use getrandom::SysRng;
//! use pollster::block_on;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_ram::RamStore;
//! use sansession_store::{NoPause, close, open};
//!
//! // Room for 16 sessions with records of up to 256 bytes, in slots of 512.
//! static STORE: RamStore<16, 256> = RamStore::new();
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//!
//! // A request without a cookie, whose handler writes.
//! let mut slot = Slot::<[u8; 512]>::new();
//! let now = Timestamp::from_secs(60);
//! let mut active = block_on(open(&sessions, &STORE, sessions.begin([], now, slot.erase())))?;
//! active.insert_str("colour", "blue")?;
//! let end = sessions.finish(active, Ending::Answered, now, &mut SysRng)?;
//! let finished = block_on(close(&sessions, &STORE, &NoPause, end));
//! let cookie = finished.reply.set_cookie(&sessions).ok_or("no cookie")?.to_string();
//! assert_eq!(STORE.len(), 1);
//!
//! // The next request brings the cookie.
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = block_on(open(&sessions, &STORE, sessions.begin([header], now, slot.erase())))?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # Ok(()) }
//! ```
//!
//! # What it keeps, and for how long
//!
//! At most `N` records of at most `BYTES` bytes, which is half of a host's longest slot. A record takes `BYTES` and 51
//! more, rounded up to a multiple of 8, whether it is there or not (`cargo test -p sansession-ram --test size --
//! --nocapture` prints what that comes to). A longer one is an [error](RamError), and nothing is changed.
//!
//! Names of principals may be as long as the core lets them: in place of the name the table keeps eight bytes of its
//! SHA-256. The contract lets a listing name a session of somebody else, should two names ever have the same eight
//! bytes; whoever lists looks into the record.
//!
//! In a full table a new session takes the place of, in this order:
//!
//! 1. a session that has expired, the first of them;
//! 2. the anonymous session that was seen least recently.
//!
//! A session that is bound to a principal is evicted by nobody; when there is nothing else, the answer is
//! [`Created::Full`]. The bytes of a record are overwritten with zeros when it goes, and those that a shorter one leaves
//! behind.
//!
//! Without power there are no sessions. Then the cookies in browsers are as unknown as any other.
//!
//! # Who may share it
//!
//! [`RamStore`] can be a `static`: it is guarded by the critical section of the crate `critical-section`, whose
//! implementation the firmware chooses, so it needs no atomics, and tasks of any priority, executors and cores may use it
//! at once. [`LocalRamStore`] belongs to one task and never turns interrupts off. Futures of both are ready when they are
//! first polled.
//!
//! A critical section lasts for two walks over the fixed fields of `N` records and writing or reading `BYTES` bytes, at
//! most. Names are hashed before it begins. A sweep enters one for each record that it takes away and a listing one
//! for each key, so neither keeps interrupts waiting for longer.
#![no_std]
#![deny(missing_docs)]

mod error;

mod owner;

mod row;

mod table;

mod contract;

use core::cell::RefCell;
use core::fmt;

use critical_section::Mutex;
#[cfg(doc)]
use sansession_store::Created;

pub use crate::error::RamError;
use crate::table::Table;

/// A table that tasks share. See the [crate docs](crate) for what it keeps and what it evicts.
pub struct RamStore<const N: usize, const BYTES: usize>(Mutex<RefCell<Table<N, BYTES>>>);

/// A table of one task: [`RamStore`] without critical sections.
pub struct LocalRamStore<const N: usize, const BYTES: usize>(RefCell<Table<N, BYTES>>);

impl<const N: usize, const BYTES: usize> RamStore<N, BYTES> {
    /// Makes an empty table. More than 65,535 bytes for a record do not compile: no record of the core is longer.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(RefCell::new(Table::new())))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Table<N, BYTES>) -> T) -> T {
        critical_section::with(|section| work(&mut self.0.borrow_ref_mut(section)))
    }
}

impl<const N: usize, const BYTES: usize> LocalRamStore<N, BYTES> {
    /// Makes an empty table. More than 65,535 bytes for a record do not compile: no record of the core is longer.
    #[must_use]
    pub const fn new() -> Self {
        Self(RefCell::new(Table::new()))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Table<N, BYTES>) -> T) -> T {
        work(&mut self.0.borrow_mut())
    }
}

macro_rules! table {
    ($store:ident) => {
        impl<const N: usize, const BYTES: usize> $store<N, BYTES> {
            /// Records that are there, expired ones included.
            #[must_use]
            pub fn len(&self) -> usize {
                self.with(|table| table.len())
            }

            /// Whether there is no record.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
        }

        impl<const N: usize, const BYTES: usize> Default for $store<N, BYTES> {
            fn default() -> Self {
                Self::new()
            }
        }

        /// Shows no content.
        impl<const N: usize, const BYTES: usize> fmt::Debug for $store<N, BYTES> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($store))
                    .field("len", &self.len())
                    .field("capacity", &N)
                    .finish_non_exhaustive()
            }
        }
    };
}

table!(RamStore);
table!(LocalRamStore);
