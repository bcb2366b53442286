//! The store contract of sansession, and the one driver that asks a store.
//!
//! A store keeps records under store keys. It decides nothing about sessions: every rule is in the core, and what a
//! store promises is checked by the conformance kit (feature `conformance`), at one of two [levels](Level).
//!
//! A store of one's own is an `impl` of [`SendStore`] or [`Store`], or four functions and [`from_fns`]. `Cached` (feature
//! `alloc`) puts one in front of another.
#![no_std]
#![deny(missing_docs)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "conformance")]
extern crate std;

#[macro_use]
mod forward;

#[cfg(feature = "alloc")]
mod cached;
mod contract;
mod driver;
mod fns;
mod level;
mod local;
mod packed;
mod principals;
// A device may have an allocator and no atomic pointers.
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod shared;

#[cfg(feature = "conformance")]
pub mod conformance;

#[cfg(feature = "alloc")]
pub use cached::Cached;
pub use contract::{Created, ErrorKind, Loaded, SendStore, Store, StoreError, Updated};
pub use driver::{Finished, NoPause, OpenError, Pause, SendPause, StepLog, StepName, close, open};
pub use fns::{FnStore, FnStoreError, Value, from_async_fns, from_fns};
pub use level::Level;
pub use local::Local;
pub use principals::{Listed, end_all, end_one, sessions};
pub use sansession::Freshness;
