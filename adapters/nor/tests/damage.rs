//! Flash that is not as it was left: worn, rotten, or somebody else's.

mod common;

use common::model::{Model, NOW, Op, check, key};
use common::{Flash, Random, TORN};
use pollster::block_on;
use sansession::{Freshness, Timestamp, Write};
use sansession_nor::{Geometry, NorError, NorStore, Sizes};
use sansession_store::{Created, ErrorKind, Loaded, Store, StoreError};

const SESSIONS: usize = 6;

const PAGES: u32 = 4;

const SIZES: Sizes = Sizes { read: 1, write: 8, erase: 1024 };

fn ring(pages: u32) -> Geometry {
    Geometry::new(0, pages, 1024, SIZES).expect("a ring")
}

fn flash() -> Flash<1, 8, 1024> {
    Flash::new(PAGES as usize * 1024)
}

fn mount(flash: &mut Flash<1, 8, 1024>) -> NorStore<&mut Flash<1, 8, 1024>, SESSIONS> {
    NorStore::mount_ring(flash, ring(PAGES)).expect("every mount works")
}

fn write(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, Timestamp::MAX)
}

/// Does `ops` random operations.
fn live(flash: &mut Flash<1, 8, 1024>, model: &mut Model, ops: u64, random: &mut Random) {
    let store = mount(flash);
    for time in 0..ops {
        let op = Op::random(random, SESSIONS, 100, time);
        op.run(&store, model).expect("flash works");
        *model = model.after(&op);
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

// promise: D2
#[test]
fn a_page_that_is_garbage_costs_at_most_the_sessions_on_it() {
    let (mut random, mut flash, mut model) = (Random(1), flash(), Model::default());
    let mut spared = 0;
    for _ in 0..300 {
        live(&mut flash, &mut model, 3, &mut random);
        for page in 0..PAGES as usize {
            let mut copy = flash.clone();
            let bytes = &flash.bytes[page * 1024..][..1024];
            let mut rest = model.clone();
            rest.0.retain(|number, _| find(bytes, key(*number).as_bytes()).is_none());
            copy.random.0 = random.next();
            copy.spoil(page * 1024, 1024);
            let store = mount(&mut copy);
            for (number, session) in &rest.0 {
                let mut buffer = [0; 1024];
                let found = block_on(store.load(&key(*number), &mut buffer, Freshness::Latest));
                let Ok(Loaded::Found { len, .. }) = found else { panic!("{number}: {found:?}") };
                assert_eq!(buffer[..len], session.record);
                spared += 1;
            }
            // It goes on.
            for number in 0..SESSIONS as u64 {
                block_on(store.destroy(&key(number))).expect("flash works");
                assert_eq!(
                    block_on(store.create(&key(number), write(b"new"))),
                    Ok(Created::Stored)
                );
            }
        }
    }
    assert!(spared > 500, "{spared} sessions were on other pages");
}

// promise: D2
#[test]
fn no_bytes_keep_a_ring_from_being_mounted_and_used() {
    let mut random = Random(2);
    for _ in 0..2000 {
        let (mut flash, mut model) = (flash(), Model::default());
        let ops = random.below(30) as u64;
        live(&mut flash, &mut model, ops, &mut random);
        for _ in 0..random.below(6) {
            let from = random.below(flash.bytes.len() - 64);
            flash.random.0 = random.next();
            flash.spoil(from, 1 + random.below(64));
        }
        let store = mount(&mut flash);
        for number in 100..100 + SESSIONS as u64 {
            // Those that are there are anonymous, or expire never and belong to somebody.
            let created = block_on(store.create(&key(number), write(b"new")));
            assert!(matches!(created, Ok(Created::Stored | Created::Full)), "{created:?}");
        }
    }
}

#[test]
fn what_a_page_held_in_an_earlier_life_does_not_count() {
    let (mut flash, mut model, mut tried) = (flash(), Model::default(), 0);
    for time in 0..300 {
        let before = flash.clone();
        let store = mount(&mut flash);
        // Entries of one length, so that new ones end where an old one began.
        for number in 0..SESSIONS as u64 {
            let (record, seen) = (vec![1; 56], NOW);
            let op = match time {
                0 => Op::Create { number, record, bound: true, seen },
                _ => Op::Update { number, record, bound: true, seen },
            };
            op.run(&store, &model).expect("flash works");
            model = model.after(&op);
        }
        for page in 0..PAGES as usize {
            let (start, end) = (page * 1024, page * 1024 + 1024);
            let blank = flash.bytes[start..end].iter().rev().take_while(|byte| **byte == 0xff);
            let free = (end - blank.count()).next_multiple_of(8);
            let is_another = flash.bytes[start..start + 20] != before.bytes[start..start + 20];
            if is_another && free < end {
                let mut copy = flash.clone();
                copy.bytes[free..end].copy_from_slice(&before.bytes[free..end]);
                check(&mount(&mut copy), SESSIONS as u64, &[&model], "with old entries");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried} pages had another life");
}

#[test]
fn a_record_that_rots_after_the_mount_is_corrupt_and_not_shown() {
    for read in [1, 4] {
        let mut flash = flash();
        let sizes = Sizes { read, ..SIZES };
        let ring = Geometry::new(0, PAGES, 1024, sizes).expect("a ring");
        let store = NorStore::<_, 2>::mount_ring(&mut flash, ring).expect("it can be mounted");
        assert_eq!(block_on(store.create(&key(1), write(b"some record"))), Ok(Created::Stored));
        let flash = store.into_flash();
        let at = find(&flash.bytes, b"some record").expect("it is on flash");
        // The same bytes and table, but for one bit.
        let rotten = Rotten { flash, at };
        let store = NorStore::<_, 2>::mount_ring(rotten, ring).expect("it can be mounted");
        let mut buffer = [0xaa; 32];
        let found = block_on(store.load(&key(1), &mut buffer, Freshness::Latest));
        assert!(matches!(found, Ok(Loaded::Found { len: 0, .. })), "{found:?}");
        assert_eq!(find(&buffer, b"some"), None);
        assert_eq!(block_on(store.destroy(&key(1))), Ok(true));
    }
}

/// Flash whose bit at `at` turns round when the mount has read it.
struct Rotten<'a> {
    flash: &'a mut Flash<1, 8, 1024>,
    at: usize,
}

impl embedded_storage::nor_flash::ErrorType for Rotten<'_> {
    type Error = common::Cut;
}

impl embedded_storage::nor_flash::ReadNorFlash for Rotten<'_> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), common::Cut> {
        self.flash.read(offset, bytes)?;
        // The mount reads whole chunks, a load no more than the record, or whole units around it.
        if let Some(byte) = self.at.checked_sub(offset as usize).and_then(|at| bytes.get_mut(at))
            && bytes_of_a_load(offset, self.at)
        {
            *byte ^= 1;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

/// Whether a read from `offset` is for the record at `at`, and not for its entry.
fn bytes_of_a_load(offset: u32, at: usize) -> bool {
    at - (offset as usize) < 8
}

impl embedded_storage::nor_flash::NorFlash for Rotten<'_> {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), common::Cut> {
        self.flash.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), common::Cut> {
        self.flash.write(offset, bytes)
    }
}

#[test]
fn a_page_that_cannot_be_erased_is_an_error_and_the_rest_is_there() {
    let (mut random, mut flash, mut model) = (Random(4), flash(), Model::default());
    live(&mut flash, &mut model, 50, &mut random);
    flash.stuck = Some(2 * 1024 + 1000);
    let store = mount(&mut flash);
    let error = loop {
        let op = Op::random(&mut random, SESSIONS, 100, 100);
        match op.run(&store, &model) {
            Ok(()) => model = model.after(&op),
            Err(error) => break error,
        }
    };
    assert_eq!(error, NorError::Worn(2));
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    check(&store, SESSIONS as u64, &[&model], "with a worn page");
    flash.stuck = None;
    check(&mount(&mut flash), SESSIONS as u64, &[&model], "after that");
    live(&mut flash, &mut model, 50, &mut random);
}

// promise: D3
#[test]
fn the_bytes_behind_an_entry_are_ones_and_nothing_of_another() {
    const SIZES: Sizes = Sizes { read: 1, write: 32, erase: 1024 };
    let mut flash = Flash::<1, 32, 1024>::new(PAGES as usize * 1024);
    let ring = Geometry::new(0, PAGES, 1024, SIZES).expect("a ring");
    let store = NorStore::<_, SESSIONS>::mount_ring(&mut flash, ring).expect("a mount works");
    // One is longer than what is written at once, the others end in the middle of a word.
    for (number, len) in [(1, 300), (2, 1), (3, 200)] {
        let record = vec![0x55; len];
        assert_eq!(block_on(store.create(&key(number), write(&record))), Ok(Created::Stored));
    }
    assert_eq!(block_on(store.destroy(&key(3))), Ok(true));
    for (number, len) in [(1, 348), (2, 49), (3, 248)] {
        let start = find(&flash.bytes, key(number).as_bytes()).expect("it is on flash") - 8;
        let behind = &flash.bytes[start + len..(start + len).next_multiple_of(32)];
        assert!(!behind.is_empty() && behind.iter().all(|byte| *byte == 0xff), "{behind:x?}");
    }
    let tombstone = flash.bytes.windows(16).rposition(|bytes| bytes == key(3).as_bytes());
    let end = tombstone.expect("it is behind the record") + 16;
    assert_eq!(flash.bytes[end..end + 8], [0xff; 8]);
}

#[test]
fn what_is_somebody_elses_is_left_alone_until_it_is_formatted() {
    let (mut random, mut flash, mut model) = (Random(5), flash(), Model::default());
    live(&mut flash, &mut model, 50, &mut random);
    assert!(model.0.len() > 1);
    let before = flash.bytes.clone();
    let mounted = NorStore::<_, SESSIONS>::mount_ring(&mut flash, ring(PAGES - 1));
    assert_eq!(mounted.expect_err("there is one page less"), NorError::Geometry);
    let mounted = NorStore::<_, 1>::mount_ring(&mut flash, ring(PAGES));
    assert_eq!(mounted.expect_err("one place is too few"), NorError::Capacity);
    let mounted = NorStore::<_, 1>::mount(&mut flash, 0..1024);
    assert!(matches!(mounted, Err(NorError::Region(_))), "{mounted:?}");

    // A header as a newer release would write it.
    let mut newer = flash.clone();
    newer.bytes[4] = 2;
    let sum = crc(&newer.bytes[..16]);
    newer.bytes[16..20].copy_from_slice(&sum.to_le_bytes());
    let mounted = NorStore::<_, SESSIONS>::mount_ring(&mut newer, ring(PAGES));
    let error = mounted.expect_err("it is newer");
    assert_eq!(error, NorError::Format(2));
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert_eq!(error.to_string(), "the pages are of format 2");

    assert_eq!(flash.bytes, before);
    let store = NorStore::<_, 1>::format(&mut flash, ring(PAGES)).expect("flash works");
    let flash = store.into_flash();
    assert!(flash.bytes.iter().all(|byte| *byte == 0xff), "nobody's session comes back");
    let store = NorStore::<_, 1>::format(flash, ring(PAGES)).expect("flash works");
    assert_eq!(block_on(store.create(&key(1), write(b"new"))), Ok(Created::Stored));
}

/// CRC-32C, bit by bit, as its polynomial says.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0x82f6_3b78 & (sum & 1).wrapping_neg())
        })
    })
}

// promise: S2
#[test]
fn sessions_that_were_begun_and_not_finished_take_no_place() {
    for (point, torn) in (0..7).flat_map(|point| TORN.map(|torn| (point, torn))) {
        let (mut flash, mut model) = (flash(), Model::default());
        live(&mut flash, &mut model, 10, &mut Random(6));
        (flash.fuse, flash.hiccups, flash.torn) = (Some(point), true, torn);
        let store = mount(&mut flash);
        let begun = block_on(store.create(&key(100), write(b"begun")));
        assert!(begun.is_err(), "{begun:?}");
        // All places are taken by others.
        for number in 200..200 + SESSIONS as u64 {
            let bound = write(b"bound").bound_to("ada");
            block_on(store.create(&key(number), bound)).expect("flash works again");
        }
        let store = mount(&mut flash);
        let found = block_on(store.load(&key(100), &mut [0; 16], Freshness::Latest));
        assert_eq!(found, Ok(Loaded::Missing), "failed at {point}, {torn:?}");
    }
}

// promise: I6
#[test]
fn nothing_of_a_record_is_shown() {
    let mut flash = flash();
    let store = mount(&mut flash);
    let secret = write(b"secret").bound_to("ada");
    assert_eq!(block_on(store.create(&key(1), secret)), Ok(Created::Stored));
    assert_eq!(format!("{store:?}"), "NorStore { .. }");
}
