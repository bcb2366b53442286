//! What a table costs in RAM, all in: `cargo test -p sansession-ram --test size -- --nocapture`.

use sansession_ram::{LocalRamStore, RamStore};

/// What stands beside a record.
const BESIDE: usize = 51;

/// The guard around the table.
const GUARD: usize = 8;

fn expected(records: usize, bytes: usize) -> usize {
    records * (BESIDE + bytes).next_multiple_of(8) + GUARD
}

fn check<const N: usize, const BYTES: usize>() {
    let size = size_of::<RamStore<N, BYTES>>();
    println!("{N} records of up to {BYTES} bytes: {size} bytes, {} each", size / N);
    assert_eq!(size, expected(N, BYTES));
    assert_eq!(size_of::<LocalRamStore<N, BYTES>>(), size);
}

// promise: D1
#[test]
fn a_record_takes_its_bytes_and_51_more() {
    check::<1, 5>();
    check::<8, 128>();
    check::<16, 256>();
    check::<32, 253>();
    check::<32, 512>();
}
