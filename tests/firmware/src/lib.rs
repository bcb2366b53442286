//! Drives the firmware from outside, on an emulated board.
//!
//! In: the built firmware, an emulator, real curl and a real browser. Out: replies for the tests to judge, and hands to cut the power. It
//! refuses to know how the firmware works, and reads its flash only to keep it.
//!
//! A [`Flash`] outlives its [`Board`]: who starts another board on it has switched the device off and on.

#![expect(
    clippy::missing_panics_doc,
    reason = "a helper that cannot do its work fails the test that called it"
)]

mod built;

mod flash;

mod wire;

mod board;

mod serial;

pub use board::Board;
pub use flash::Flash;
pub use sansession_demo_tests::{Browser, Client, Demo, Reply, Site, html};
pub use serial::{Cable, SerialBoard};
pub use wire::{Lost, Wire};

/// Set to 1, no test starts a board: those that need one are over at once. `cargo xtask test --no-board` sets it and says
/// so.
pub const NO_BOARD: &str = "SANSESSION_NO_BOARD";

/// Whether tests may start boards.
#[must_use]
pub fn wanted() -> bool {
    std::env::var_os(NO_BOARD).is_none_or(|it| it != "1")
}
