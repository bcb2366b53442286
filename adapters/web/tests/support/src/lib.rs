//! For the tests of web adapters: a host whose parts fail when told to, and a browser that speaks raw HTTP.

mod board;
mod browser;
mod shelf;

pub use board::{Board, QUIET, Told};
pub use browser::{Answer, Browser, exchange};
pub use shelf::{Broken, Call, Shelf};
