//! Invariant: a cookie value is accepted exactly if it is a token that was issued for this cookie, byte for byte.
//!
//! See `fuzz/src/token.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::token::check(data));
