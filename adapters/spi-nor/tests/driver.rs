//! The driver over a simulated part.

mod common;

use common::{Broken, Bus, Chip, ERASE, Shared, Timer, open};
use embedded_storage::nor_flash::{NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use sansession_spi_nor::{JedecId, Patience, SpiNor, SpiNorError};

/// Bytes of the simulated part.
const CAPACITY: u32 = 64 * 1024;

fn opened(chip: &Shared) -> Result<SpiNor<Bus, Timer>, SpiNorError<Broken>> {
    SpiNor::new(Bus(chip.clone()), Timer(chip.clone()))
}

#[test]
fn the_size_is_what_the_id_says() {
    for (density, capacity) in [(0x10, 64 << 10), (0x14, 1 << 20), (0x18, 16 << 20)] {
        let chip = Chip::shared();
        chip.borrow_mut().id = [0xc2, 0x20, density];
        let mut flash = open(&chip);
        assert_eq!(flash.capacity(), capacity);
        assert_eq!(flash.id(), Ok(JedecId { manufacturer: 0xc2, kind: 0x20, density }));
    }
}

#[test]
fn a_size_that_is_not_told_is_the_hosts_to_tell() {
    for density in [0x00, 0x0f, 0x19, 0x40] {
        let chip = Chip::shared();
        chip.borrow_mut().id = [0xc2, 0x20, density];
        assert_eq!(opened(&chip).err(), Some(SpiNorError::Capacity));
        let told = |bytes| SpiNor::with_capacity(Bus(chip.clone()), Timer(chip.clone()), bytes);
        assert_eq!(told(8 << 10).expect("two sectors").capacity(), 8 << 10);
        for wrong in [0, 4095, 6000, (16 << 20) + 4096] {
            assert_eq!(told(wrong).err(), Some(SpiNorError::Capacity), "{wrong}");
        }
    }
}

#[test]
fn a_bus_without_a_part_is_told_from_one_that_is_busy() {
    let chip = Chip::shared();
    chip.borrow_mut().absent = Some(0x00);
    assert_eq!(opened(&chip).err(), Some(SpiNorError::Absent));
    chip.borrow_mut().absent = Some(0xff);
    assert_eq!(opened(&chip).err(), Some(SpiNorError::Absent));
    assert_eq!(chip.borrow().pauses, 0, "there is nothing to wait for");
    let busy = Chip::shared();
    busy.borrow_mut().done = u64::MAX;
    assert_eq!(opened(&busy).err(), Some(SpiNorError::Timeout));
}

#[test]
fn a_part_that_was_busy_when_the_processor_restarted_is_waited_for() {
    let chip = Chip::shared();
    chip.borrow_mut().done = ERASE;
    let mut flash = open(&chip);
    assert_eq!(flash.erase(0, 4096), Ok(()));
    assert_eq!(chip.borrow().missed, 0);
}

#[test]
fn what_is_written_is_read_and_nothing_else_changes() {
    let chip = Chip::shared();
    let mut flash = open(&chip);
    let mut model = chip.borrow().bytes.clone();
    let mut random = 7_u32;
    let mut draw = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below
    };
    for round in 0..2_000 {
        if draw(8) == 0 {
            let from = draw(16) * 4096;
            let to = from + draw((CAPACITY - from) / 4096 + 1) * 4096;
            flash.erase(from, to).expect("whole sectors");
            model[from as usize..to as usize].fill(0xff);
        }
        let len = draw(700);
        let at = draw(CAPACITY - len + 1);
        let bytes: Vec<u8> = (0..len).map(|_| draw(256).to_le_bytes()[0]).collect();
        flash.write(at, &bytes).expect("it fits");
        for (byte, value) in model[at as usize..].iter_mut().zip(&bytes) {
            *byte &= value;
        }
        assert!(chip.borrow().bytes == model, "round {round}: {len} bytes at {at:#x}");
        let at = draw(CAPACITY - 512);
        let mut read = vec![0; draw(512) as usize];
        flash.read(at, &mut read).expect("it fits");
        assert_eq!(read, model[at as usize..][..read.len()]);
    }
    assert_eq!(chip.borrow().missed, 0, "a command was sent to a part that was busy");
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_sent() {
    let chip = Chip::shared();
    let mut flash = open(&chip);
    chip.borrow_mut().heard.clear();
    let end = CAPACITY;
    for (from, to) in [(1, 4096), (0, 4095), (4096, 5000)] {
        assert_eq!(flash.erase(from, to), Err(SpiNorError::Unaligned));
    }
    for (from, to) in [(0, end + 4096), (8192, 4096), (u32::MAX, u32::MAX)] {
        assert_eq!(flash.erase(from, to), Err(SpiNorError::OutOfBounds));
    }
    for (at, len) in [(end, 1), (end - 1, 2), (u32::MAX, 1), (0, end as usize + 1)] {
        assert_eq!(flash.write(at, &vec![0; len]), Err(SpiNorError::OutOfBounds));
        assert_eq!(flash.read(at, &mut vec![0; len]), Err(SpiNorError::OutOfBounds));
    }
    // Nothing to do is nothing to send.
    assert_eq!(flash.write(end, &[]), Ok(()));
    assert_eq!(flash.read(end, &mut []), Ok(()));
    assert_eq!(flash.erase(4096, 4096), Ok(()));
    assert_eq!(chip.borrow().heard, []);
}

#[test]
fn a_part_that_stays_busy_is_a_time_out_after_a_bounded_wait() {
    let chip = Chip::shared();
    let mut flash = open(&chip).patience(Patience::new().program(3_000).erase(400_000));
    let spent = |work: &mut dyn FnMut()| {
        let (pauses, now) = (chip.borrow().pauses, chip.borrow().now);
        work();
        (chip.borrow().pauses - pauses, chip.borrow().now - now)
    };
    chip.borrow_mut().done = u64::MAX;
    let (pauses, nanos) =
        spent(&mut || assert_eq!(flash.write(0, &[0]), Err(SpiNorError::Timeout)));
    assert_eq!((pauses, nanos), (400, 400_000_000), "it waits as long as for an erase");
    spent(&mut || assert_eq!(flash.read(0, &mut [0]), Err(SpiNorError::Timeout)));
    assert_eq!(chip.borrow().missed, 0);
    // It recovers by itself: so does the driver.
    chip.borrow_mut().done = 0;
    assert_eq!(flash.erase(0, 4096), Ok(()));
    assert_eq!(flash.write(0, &[7]), Ok(()));
}

#[test]
fn each_kind_of_work_has_its_own_patience() {
    let chip = Chip::shared();
    let mut flash = open(&chip).patience(Patience::new().program(100).erase(400_000));
    // A page takes 700 us.
    assert_eq!(flash.write(0, &[0]), Err(SpiNorError::Timeout));
    let mut flash = flash.patience(Patience::new().program(700).erase(40_000));
    assert_eq!(flash.write(0, &[0]), Ok(()));
    // A sector takes 45 ms.
    assert_eq!(flash.erase(0, 4096), Err(SpiNorError::Timeout));
}

#[test]
fn a_part_that_lets_no_write_through_says_so() {
    let chip = Chip::shared();
    chip.borrow_mut().protected = true;
    let before = chip.borrow().bytes.clone();
    let mut flash = open(&chip);
    assert_eq!(flash.write(0, &[0]), Err(SpiNorError::Protected));
    assert_eq!(flash.erase(0, 4096), Err(SpiNorError::Protected));
    assert!(chip.borrow().bytes == before);
}

#[test]
fn a_bus_that_fails_at_any_transaction_is_told() {
    let count = |fails_at| {
        let chip = Chip::shared();
        chip.borrow_mut().fails_at = fails_at;
        let done = opened(&chip).and_then(|mut flash| {
            flash.erase(0, 8192)?;
            flash.write(250, &[0; 300])?;
            flash.read(0, &mut [0; 8])
        });
        (done, chip.borrow().heard.len())
    };
    let (done, commands) = count(None);
    assert_eq!(done, Ok(()));
    for at in 0..commands {
        assert_eq!(count(Some(at)).0, Err(SpiNorError::Spi(Broken)), "transaction {at}");
    }
}

#[test]
fn errors_have_the_kinds_of_embedded_storage() {
    let kind = |error: SpiNorError<Broken>| error.kind();
    assert_eq!(kind(SpiNorError::Unaligned), NorFlashErrorKind::NotAligned);
    assert_eq!(kind(SpiNorError::OutOfBounds), NorFlashErrorKind::OutOfBounds);
    assert_eq!(kind(SpiNorError::Timeout), NorFlashErrorKind::Other);
    assert_eq!(SpiNorError::Spi(Broken).to_string(), "the SPI bus failed: Broken");
}
