//! The clock's saved time: a journal in two sectors.
//!
//! Entries of 16 bytes are appended to one sector; when it is full, the other one is erased and goes on. The latest time of
//! both counts, so whatever a power cut leaves of an entry or an erase, an older time at most is found besides, and the
//! latest one that was saved is there: the sector that holds it is erased only after the other one has a later one.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use embedded_storage::nor_flash::NorFlash;
use sansession::Timestamp;

/// Bytes of an entry: the time in milliseconds, its checksum, and four bytes that stay ones.
const ENTRY: usize = 16;
/// The same, as addresses count.
const STEP: u32 = 16;

/// A few bytes at a time: a table would be larger than what it saves.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Where the clock's time is saved.
#[derive(Debug)]
pub struct Journal<F> {
    flash: F,
    sector: u32,
    /// Where the next entry goes.
    next: u32,
    latest: Timestamp,
}

impl<F: NorFlash> Journal<F> {
    /// Reads what was saved; nothing is written. The flash has two sectors.
    ///
    /// # Errors
    /// The flash's.
    pub fn open(flash: F) -> Result<Self, F::Error> {
        let size = u32::try_from(F::ERASE_SIZE).unwrap_or(u32::MAX);
        let mut journal = Self { flash, sector: size, next: 0, latest: Timestamp::ZERO };
        for sector in 0..2 {
            journal.scan(sector)?;
        }
        Ok(journal)
    }

    /// What was saved last; [`Timestamp::ZERO`] if nothing was.
    pub const fn latest(&self) -> Timestamp {
        self.latest
    }

    /// Saves a time, durably when it returns.
    ///
    /// # Errors
    /// The flash's; what was saved before is still there.
    pub fn save(&mut self, time: Timestamp) -> Result<(), F::Error> {
        if self.next.is_multiple_of(self.sector) {
            let start = self.next % (2 * self.sector);
            self.flash.erase(start, start + self.sector)?;
            self.next = start;
        }
        let at = self.next;
        // Also after a failure: the words may have been written.
        self.next += STEP;
        self.flash.write(at, &entry(time))?;
        self.latest = time;
        Ok(())
    }

    /// Looks for the latest entry of a sector, and for the first place behind all that was ever written there.
    fn scan(&mut self, sector: u32) -> Result<(), F::Error> {
        let start = sector * self.sector;
        let mut place = start;
        let mut end = start;
        let mut found = None;
        while place < start + self.sector {
            let mut bytes = [0; ENTRY];
            self.flash.read(place, &mut bytes)?;
            place += STEP;
            if bytes != [0xff; ENTRY] {
                end = place;
            }
            found = found.max(time(&bytes));
        }
        // A sector without a time is garbage of a cut erase, or blank: it is erased before it is used.
        if found.is_some_and(|found| found > self.latest) {
            self.latest = found.unwrap_or_default();
            self.next = end;
        }
        Ok(())
    }
}

fn entry(time: Timestamp) -> [u8; ENTRY] {
    let mut bytes = [0xff; ENTRY];
    let time = time.as_millis().to_le_bytes();
    bytes[..8].copy_from_slice(&time);
    bytes[8..12].copy_from_slice(&CHECKSUM.checksum(&time).to_le_bytes());
    bytes
}

fn time(bytes: &[u8; ENTRY]) -> Option<Timestamp> {
    let (time, _) = bytes.split_first_chunk()?;
    let time = Timestamp::from_millis(u64::from_le_bytes(*time));
    (*bytes == entry(time)).then_some(time)
}
