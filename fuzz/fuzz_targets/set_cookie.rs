//! Invariant: a configuration is taken exactly if its cookie is sound, and its Set-Cookie says by the grammar what it says.
//!
//! See `fuzz/src/set_cookie.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::set_cookie::check(data));
