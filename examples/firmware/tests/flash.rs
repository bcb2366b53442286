//! What is kept in flash beside the sessions, through power cuts at every word.

use std::cell::RefCell;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use getrandom::SysRng;
use sansession::Timestamp;
use sansession_firmware::flash::{Journal, Part, Secret};

const SECTOR: usize = 4096;
/// The same, as addresses count.
const NEXT: u32 = 4096;

/// Three sectors whose power goes after some words, and leaves junk in the one that was being written or erased.
struct Flash {
    bytes: Vec<u8>,
    left: Option<u32>,
    junk: u8,
}

#[derive(Debug)]
struct Cut;

impl NorFlashError for Cut {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Flash {
    fn new() -> Self {
        Self { bytes: vec![0x5a; 3 * SECTOR], left: None, junk: 0 }
    }

    /// False when the power goes.
    fn burn(&mut self) -> bool {
        match &mut self.left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }
}

impl ErrorType for Flash {
    type Error = Cut;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = SECTOR;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        let whole = self.burn();
        let sectors = &mut self.bytes[from as usize..to as usize];
        for (place, byte) in sectors.iter_mut().enumerate() {
            *byte = if whole || place % 3 == 0 { 0xff } else { *byte ^ self.junk };
        }
        if whole { Ok(()) } else { Err(Cut) }
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        for (word, at) in bytes.chunks(4).zip((offset as usize..).step_by(4)) {
            let whole = self.burn();
            for (byte, value) in self.bytes[at..].iter_mut().zip(word) {
                assert_eq!(*byte, 0xff, "a word is written twice");
                *byte &= if whole { *value } else { value | self.junk };
            }
            if !whole {
                return Err(Cut);
            }
        }
        Ok(())
    }
}

fn opened(flash: &RefCell<Flash>) -> Journal<Part<'_, Flash>> {
    Journal::open(Part::new(flash, 0..2 * NEXT)).expect("it can be read")
}

// promise: L8
#[test]
fn the_latest_saved_time_is_there_whenever_the_power_went() {
    for junk in [0x00, 0x0f, 0xff] {
        let flash = RefCell::new(Flash::new());
        flash.borrow_mut().junk = junk;
        assert_eq!(opened(&flash).latest(), Timestamp::ZERO);
        let mut saved = 0;
        // Enough for both sectors to be erased several times.
        for round in 0..2_500_u32 {
            let mut journal = opened(&flash);
            let latest = journal.latest();
            assert!(
                latest == Timestamp::from_millis(saved)
                    || latest == Timestamp::from_millis(saved + 1)
            );
            saved = latest.as_millis();
            flash.borrow_mut().left = Some(round % 7);
            if journal.save(Timestamp::from_millis(saved + 1)).is_ok() {
                saved += 1;
            }
            flash.borrow_mut().left = None;
        }
        assert!(saved > 800, "{saved}");
        assert_eq!(
            flash.borrow().bytes[2 * SECTOR..],
            [0x5a; SECTOR],
            "the neighbour was written to"
        );
    }
}

#[test]
fn the_key_is_made_once_and_never_shown() {
    let flash = RefCell::new(Flash::new());
    let make = || Secret::read_or_make(&mut Part::new(&flash, 0..NEXT), &mut SysRng);
    for cut in 0..10 {
        flash.borrow_mut().left = Some(cut);
        let done = make().is_ok();
        flash.borrow_mut().left = None;
        if done {
            break;
        }
    }
    let key = make().expect("the power is on");
    assert_eq!(key.as_bytes(), make().expect("it is there").as_bytes());
    let other = RefCell::new(Flash::new());
    let other = Secret::read_or_make(&mut Part::new(&other, 0..NEXT), &mut SysRng);
    assert_ne!(key.as_bytes(), other.expect("the power is on").as_bytes(), "another device's");
    assert_eq!(format!("{key:?}"), "Secret(..)");
}

#[test]
fn a_part_keeps_to_its_range() {
    let flash = RefCell::new(Flash::new());
    let mut part = Part::new(&flash, NEXT..2 * NEXT);
    assert_eq!(part.capacity(), SECTOR);
    part.erase(0, NEXT).expect("its own");
    part.write(4, &[1, 2]).expect("its own");
    assert_eq!(flash.borrow().bytes[SECTOR + 4..SECTOR + 6], [1, 2]);
    for (offset, len) in [(NEXT, 1), (NEXT - 1, 2), (u32::MAX, 1), (0, SECTOR + 1)] {
        let error = part.write(offset, &vec![0; len]).expect_err("beyond");
        assert_eq!(error.kind(), NorFlashErrorKind::OutOfBounds);
        let error = part.read(offset, &mut vec![0; len]).expect_err("beyond");
        assert_eq!(error.kind(), NorFlashErrorKind::OutOfBounds);
    }
    assert!(part.erase(0, 2 * NEXT).is_err() && part.erase(NEXT, 0).is_err());
}
