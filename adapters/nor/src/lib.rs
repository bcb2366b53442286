//! Sessions in NOR flash.
#![no_std]
#![deny(missing_docs)]

mod format;

mod geometry;

mod index;

mod log;

mod work;

mod blocking;

#[cfg(feature = "async")]
mod asynchronous;

#[cfg(feature = "async")]
mod lock;

mod error;

#[cfg(feature = "async")]
pub use asynchronous::AsyncNorStore;
pub use blocking::NorStore;
pub use error::{NorError, Operation};
pub use geometry::{Geometry, GeometryError, Sizes};
