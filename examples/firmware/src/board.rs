//! The board, as the rest of the firmware sees it. All registers, and all `unsafe`, are below this module.

#![allow(
    clippy::cast_possible_truncation,
    reason = "addresses and lengths have 32 bits on these boards"
)]

pub(crate) mod log;
pub(crate) mod register;
#[cfg_attr(
    feature = "microbit",
    expect(dead_code, reason = "it has entropy of its own, and takes no arguments")
)]
pub(crate) mod semihosting;
pub(crate) mod stack;

#[cfg(feature = "emcraft-sf2")]
pub(crate) mod emac;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod faults;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod idle;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod spi;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod time;
#[cfg(feature = "emcraft-sf2")]
pub(crate) mod uart;

#[cfg(feature = "microbit")]
pub(crate) mod microbit;

#[cfg(feature = "microbit")]
pub(crate) use microbit::console::Log;
#[cfg(feature = "emcraft-sf2")]
pub(crate) use uart::Log;
