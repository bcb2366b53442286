//! The micro:bit: an nRF51822, as `qemu-system-arm -M microbit` has it.

pub(crate) mod clock;
pub(crate) mod console;
pub(crate) mod entropy;
pub(crate) mod faults;
pub(crate) mod line;
pub(crate) mod sleep;
