//! Invariant: a look-up is made exactly for the good cookies that an independent reading of the header finds in bounds.
//!
//! See `fuzz/src/cookie_header.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::cookie_header::check(data));
