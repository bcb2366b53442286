//! Flash that is read in units of several bytes and erased in odd blocks, however a record lies across them.

mod common;

use common::model::{NOW, key};
use common::{Flash, Random};
use pollster::block_on;
use sansession::{Freshness, Revision, Timestamp, Write};
use sansession_nor::NorStore;
use sansession_store::{Created, Loaded, Store, Updated};

/// A busy session, whose record gets longer with each update, and a quiet one, which the ring moves on.
///
/// Both records are longer than what is read at a time, and in units of 32 bytes they begin in the middle of one.
fn every_length_comes_back<const UNIT: usize, const BLOCK: usize>() {
    let bytes = 4 * 2048_usize.next_multiple_of(BLOCK);
    let end = u32::try_from(bytes).expect("a few kilobytes");
    let mount = |flash| NorStore::<_, 2>::mount(flash, 0..end).expect("flash can be read");
    let mut store = mount(Flash::<UNIT, UNIT, BLOCK>::new(bytes));
    let mut random = Random(UNIT as u64);
    let quiet = random_bytes(&mut random, 700);
    for (number, record) in [(1, &[][..]), (2, &quiet)] {
        let write = Write::new(record, NOW, Timestamp::MAX);
        assert_eq!(block_on(store.create(&key(number), write)), Ok(Created::Stored));
    }
    for len in 1..800 {
        let busy = random_bytes(&mut random, len);
        let (revision, write) = (Revision::new(len as u64), Write::new(&busy, NOW, Timestamp::MAX));
        assert_eq!(block_on(store.update(&key(1), revision, write)), Ok(Updated::Stored));
        if len % 7 == 0 {
            store = mount(store.into_flash());
        }
        for (number, record) in [(1, &busy), (2, &quiet)] {
            let mut buffer = vec![0; record.len()];
            let found = block_on(store.load(&key(number), &mut buffer, Freshness::Latest));
            let Ok(Loaded::Found { len: found, .. }) = found else { panic!("{found:?}") };
            assert!(
                found == record.len() && buffer == *record,
                "session {number} of {found} bytes in units of {UNIT}, {len} updates on"
            );
        }
    }
    let erases = store.into_flash().erases;
    assert!(erases.iter().all(|times| *times > 10), "the ring turned: {erases:?}");
}

fn random_bytes(random: &mut Random, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    bytes.fill_with(|| random.byte());
    bytes
}

// promise: S1
#[test]
fn records_of_every_length_come_back_whatever_is_read_at_a_time() {
    every_length_comes_back::<1, 4096>();
    every_length_comes_back::<4, 4096>();
    every_length_comes_back::<8, 4096>();
    every_length_comes_back::<16, 4096>();
    every_length_comes_back::<32, 4096>();
    // Pages that are no whole number of what is read at a time.
    every_length_comes_back::<1, 528>();
    every_length_comes_back::<16, 528>();
}
