//! A virtual web: browsers, a clock, dice, a store that can fail, and a server that puts the real machine between them.
//!
//! The promises are tested in `tests/`, one file per theme; each test names the promise that it keeps.

// A browser and what it is told.
mod browser;
mod set_cookie;
mod token_text;

// Chance and time.
mod dice;

// Stores.
mod faulty;
mod map_store;
mod stale;

// The machine, driven whole or step by step.
mod by_hand;
mod carrier;
mod contents;
mod fixture;
mod server;

// What should have happened.
pub mod model;
pub mod play;

pub use browser::Browser;
pub use by_hand::{answer, drive, load};
pub use carrier::{Carrier, Delivered, Kind};
pub use contents::{all, pairs, with_shared};
pub use dice::{Dice, DiceError, NoDice};
pub use faulty::{Fault, Faulty, How};
pub use fixture::{CONFIG, MILLI, SECRET, almost, minutes, note, ring, sessions, text};
pub use map_store::{Call, MapStore, Row};
pub use server::{Answer, Exchange, Handler, Server, Unanswered};
pub use set_cookie::{Emitted, SameSite};
pub use stale::Stale;
pub use token_text::{decode, id};
