//! Invariant: requests in any order, over a store that fails, leave and find what a model of maps says; nothing ended returns.
//!
//! See `fuzz/src/exchange.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::exchange::check(data));
