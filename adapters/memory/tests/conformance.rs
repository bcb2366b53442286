//! The memory store under the conformance kit.

use pollster::block_on;
use sansession_memory::MemoryStore;
use sansession_store::conformance::{Kit, on_threads};

// promise: S1 S2
#[test]
fn a_store_of_one_shard_conforms() {
    block_on(Kit::new().run(async || MemoryStore::new(256))).assert();
}

// promise: S1 S2
#[test]
fn a_store_of_many_shards_conforms() {
    block_on(Kit::new().run(async || MemoryStore::new(1_000_000))).assert();
}

// promise: L6
#[test]
fn it_conforms_in_parallel() {
    block_on(Kit::new().run_parallel(async || MemoryStore::new(256), on_threads)).assert();
}
