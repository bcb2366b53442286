//! Both tables under the conformance kit.

use pollster::block_on;
use sansession_ram::{LocalRamStore, RamStore};
use sansession_store::conformance::{Kit, on_threads};

const RECORDS: usize = 32;
const BYTES: usize = 512;
const KIT: Kit = Kit::new().records(RECORDS).longest_record(BYTES);

// promise: S1 S2 D4
#[test]
fn a_shared_table_conforms() {
    block_on(KIT.run(async || RamStore::<RECORDS, BYTES>::new())).assert();
}

// promise: S1 S2 D4
#[test]
fn a_table_of_one_task_conforms() {
    block_on(KIT.run(async || LocalRamStore::<RECORDS, BYTES>::new())).assert();
}

// promise: L6 D4
#[test]
fn a_shared_table_conforms_in_parallel() {
    block_on(KIT.run_parallel(async || RamStore::<RECORDS, BYTES>::new(), on_threads)).assert();
}
