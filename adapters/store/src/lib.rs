//! The store contract of sansession, and the one driver that asks a store.
//!
//! A store keeps records under store keys. It decides nothing about sessions: every rule is in the core, and what a
//! store promises is checked by the conformance kit (feature `conformance`).
#![no_std]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "conformance")]
extern crate std;

mod contract;
mod driver;
mod principals;
#[cfg(feature = "alloc")]
mod shared;

#[cfg(feature = "conformance")]
pub mod conformance;

pub use contract::{Created, ErrorKind, Loaded, SendStore, Store, StoreError, Updated};
pub use driver::{Finished, NoPause, OpenError, Pause, SendPause, StepLog, StepName, close, open};
pub use principals::{Listed, end_all, end_one, sessions};
pub use sansession::Freshness;
