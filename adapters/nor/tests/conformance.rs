//! The store over a blocking driver, under the conformance kit.

mod common;

use common::Flash;
use pollster::block_on;
use sansession_nor::{Geometry, NorStore, Sizes};
use sansession_store::conformance::Kit;

const KIT: Kit = Kit::new().records(64).longest_record(3000);

// promise: S1 L11
#[test]
fn it_conforms_with_bytes_and_pages_of_4_kib() {
    let make = async || {
        let flash = Flash::<1, 1, 4096>::new(64 * 1024);
        NorStore::<_, 80>::mount(flash, 0..64 * 1024).expect("flash can be read")
    };
    block_on(KIT.run(make)).assert();
}

// promise: S1 L11
#[test]
fn it_conforms_with_words_of_8_read_in_4_and_blocks_of_2_kib() {
    let make = async || {
        let flash = Flash::<4, 8, 2048>::new(100 * 1024);
        NorStore::<_, 80>::mount(flash, 4096..96 * 1024).expect("flash can be read")
    };
    block_on(Kit::new().records(64).longest_record(1500).run(make)).assert();
}

// promise: S1 L11
#[test]
fn it_conforms_with_words_of_32_in_two_large_pages() {
    let make = async || {
        let flash = Flash::<1, 32, 8192>::new(128 * 1024);
        let sizes = Sizes { read: 1, write: 32, erase: 8192 };
        let geometry = Geometry::new(0, 2, 64 * 1024, sizes).expect("two pages are a ring");
        NorStore::<_, 64>::mount_ring(flash, geometry).expect("flash can be read")
    };
    block_on(Kit::new().records(64).run(make)).assert();
}
