//! The boards: what is built for each, and how much of its memory that may take.

use std::ffi::OsStr;

/// A board that the emulator has.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Board {
    /// What the emulator and the firmware's feature call it.
    pub(crate) name: &'static str,
    /// The compiler's target.
    pub(crate) target: &'static str,
    /// The program.
    pub(crate) program: &'static str,
    /// Whether it has a network, and flash that is a file; otherwise it has a serial line.
    pub(crate) has_network: bool,
    /// Bytes of code and constants that are the aim.
    pub(crate) flash: u64,
    /// Bytes of variables that are the aim: the rest is the stack.
    pub(crate) ram: u64,
}

/// A Cortex-M3 with a network and NOR flash. The aims are half of its flash, and three quarters of its RAM.
pub(crate) const EMCRAFT_SF2: Board = Board {
    name: "emcraft-sf2",
    target: "thumbv7m-none-eabi",
    program: "firmware",
    has_network: true,
    flash: 128 * 1024,
    ram: 48 * 1024,
};

/// A Cortex-M0 with a serial line. The aims are half of its flash, and what leaves 6 KiB of its RAM to the stack.
pub(crate) const MICROBIT: Board = Board {
    name: "microbit",
    target: "thumbv6m-none-eabi",
    program: "microbit",
    has_network: false,
    flash: 128 * 1024,
    ram: 10 * 1024,
};

pub(crate) const ALL: [&Board; 2] = [&EMCRAFT_SF2, &MICROBIT];

impl Board {
    /// Finds a board by its name.
    pub(crate) fn named(name: &OsStr) -> Option<&'static Self> {
        ALL.into_iter().find(|board| name == board.name)
    }
}
