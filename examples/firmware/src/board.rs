//! The board, as the rest of the firmware sees it. All registers, and all `unsafe`, are below this module.

#![allow(
    clippy::cast_possible_truncation,
    reason = "addresses and lengths have 32 bits on these boards"
)]

pub(crate) mod register;
pub(crate) mod semihosting;
pub(crate) mod uart;

#[cfg(feature = "emcraft-sf2")]
pub(crate) mod emac;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod faults;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod idle;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod spi;
pub(crate) mod stack;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod time;
