//! Flash that is read in units of several bytes, however a record lies across them.

mod common;

use common::model::{NOW, key};
use common::{Flash, Random};
use pollster::block_on;
use sansession::{Freshness, Revision, Timestamp, Write};
use sansession_nor::NorStore;
use sansession_store::{Created, Loaded, Store, Updated};

/// Records are longer than what is read at a time, and in units of 32 bytes they begin in the middle of one.
fn every_length_comes_back<const UNIT: usize>() {
    let flash = Flash::<UNIT, UNIT, 4096>::new(16 * 1024);
    let store = NorStore::<_, 2>::mount(flash, 0..16 * 1024).expect("flash can be read");
    let mut random = Random(UNIT as u64);
    for len in 0..800 {
        let mut record = vec![0; len];
        record.fill_with(|| random.byte());
        let write = Write::new(&record, NOW, Timestamp::MAX);
        if len == 0 {
            assert_eq!(block_on(store.create(&key(1), write)), Ok(Created::Stored));
        } else {
            let revision = Revision::new(len as u64);
            assert_eq!(block_on(store.update(&key(1), revision, write)), Ok(Updated::Stored));
        }
        let mut buffer = vec![0; len];
        let found = block_on(store.load(&key(1), &mut buffer, Freshness::Latest));
        let Ok(Loaded::Found { len: found, .. }) = found else { panic!("{found:?}") };
        assert!(found == len && buffer == record, "{len} bytes in units of {UNIT}");
    }
}

// promise: S1
#[test]
fn records_of_every_length_come_back_whatever_is_read_at_a_time() {
    every_length_comes_back::<1>();
    every_length_comes_back::<4>();
    every_length_comes_back::<8>();
    every_length_comes_back::<16>();
    every_length_comes_back::<32>();
}
