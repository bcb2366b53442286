#![doc = include_str!("../docs.md")]
#![no_std]
#![deny(missing_docs)]
#![deny(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unreachable,
    clippy::todo
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

// Modules in the order that data flows.
mod header;
mod id;
mod keys;
mod mac;
mod protection;
mod token;
mod transport;

mod base64url;
mod carried;

#[cfg_attr(not(feature = "sealed"), path = "at_rest/without.rs")]
mod at_rest;
mod entries;
mod record;
mod slot;

mod exchange;
mod plan;
mod sessions;
mod set_cookie;
mod step;
mod verdict;

pub mod inspect;

mod bytes;
mod config;
mod error;
mod hash;
mod time;

pub use config::{Config, FlashMode};
pub use error::{ConfigError, DecodeError, RecordError, RngError, WriteError};
pub use exchange::active::Active;
pub use exchange::closing::{Closing, End};
pub use exchange::csrf::CsrfToken;
pub use exchange::loading::{Begin, Freshness, Loading};
pub use id::{StoreKey, StoreKeyError};
pub use keys::{Key, KeyRing, MAX_KEYS};
pub use rand_core;
pub use record::Summary;
pub use sessions::Sessions;
pub use set_cookie::{SameSite, SetCookie};
pub use slot::Slot;
pub use step::{Ack, Ending, Meta, Reply, Revision, Step, VARY, Write};
pub use time::Timestamp;
#[cfg(feature = "sealed")]
pub use transport::Sealed;
pub use transport::{Carried, Protection, Signed, Stored, Transport};
pub use verdict::{Outcome, Verdict};
