//! The bodies of the fuzz targets, and what they share.
//!
//! A target is a function that takes any bytes and panics when its invariant does not hold. `fuzz_targets/` hands them
//! to libFuzzer; `tests/replay.rs` runs them over the corpora with nothing but a stable compiler.

// The targets, in the order that data flows.
pub mod carried;
pub mod cookie_header;
pub mod token;

pub mod record;

pub mod exchange;
pub mod set_cookie;

// What they share.
mod edit;
mod issue;
mod raw;
mod record_v1;
mod shown;

/// A fuzz target: its name, and what is done with each input.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Names its file in `fuzz_targets`, its corpus and its dictionary.
    pub name: &'static str,
    /// Panics if the invariant does not hold for these bytes.
    pub check: fn(&[u8]),
}

/// All targets, by name.
pub const TARGETS: [Target; 6] = [
    Target { name: "carried", check: carried::check },
    Target { name: "cookie_header", check: cookie_header::check },
    Target { name: "exchange", check: exchange::check },
    Target { name: "record", check: record::check },
    Target { name: "set_cookie", check: set_cookie::check },
    Target { name: "token", check: token::check },
];
