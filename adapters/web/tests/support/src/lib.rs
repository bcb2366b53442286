//! For the tests of web adapters: a host whose parts fail when told to, and a browser that speaks raw HTTP.
//!
//! What is not as expected is a panic: a failed test.
#![allow(clippy::missing_panics_doc)]

mod board;
mod browser;
mod ram;
mod shelf;

pub use board::{Board, QUIET, Told};
pub use browser::{Answer, Browser, exchange};
pub use ram::RamBoard;
pub use shelf::{Broken, Call, Shelf};
