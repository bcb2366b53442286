//! Invariant: a cookie value opens a carried session exactly if it was made for this cookie, byte for byte, and the
//! session then holds what was written.
//!
//! See `fuzz/src/carried.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::carried::check(data));
