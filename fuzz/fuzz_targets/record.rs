//! Invariant: a record is read as an independent reader of its format reads it, and is stored again to the same bytes.
//!
//! See `fuzz/src/record.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sansession_fuzz::record::check(data));
