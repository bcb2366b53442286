//! The flash of the board, whose power can be cut after so many operations, for tests.
//!
//! While that counts, a write is done word by word, so the power can go between any two of them. The emulator keeps what was
//! done, as a part does.

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

use sansession_spi_nor::{SpiNor, SpiNorError};

use crate::board::spi::{self, SpiError};
use crate::board::{semihosting, time};

/// Exit code of a cut.
const CUT: u32 = 99;
/// Cycles that the emulator gets to write its file before it goes.
const SETTLE: u32 = 20_000_000;
/// Bytes of a word.
const WORD: u32 = 4;

/// The flash of the board.
pub(crate) struct Memory {
    flash: SpiNor<spi::Flash, time::Cycles>,
    /// Words and sectors until it goes.
    left: Option<u32>,
}

impl Memory {
    /// Finds the part. Its power goes after `cut` words and sectors, or never.
    ///
    /// # Errors
    /// There is none that can be used.
    pub(crate) fn open(cut: Option<u32>) -> Result<Self, SpiNorError<SpiError>> {
        let flash = SpiNor::new(spi::Flash::take(), time::Cycles)?;
        Ok(Self { flash, left: cut })
    }

    fn burn(&mut self) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                // The emulator writes the file while we go on: it gets the time to.
                cortex_m::asm::delay(SETTLE);
                semihosting::exit(CUT);
            }
        }
    }
}

impl ErrorType for Memory {
    type Error = SpiNorError<SpiError>;
}

impl ReadNorFlash for Memory {
    const READ_SIZE: usize = SpiNor::<spi::Flash, time::Cycles>::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), SpiNorError<SpiError>> {
        self.flash.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl NorFlash for Memory {
    const WRITE_SIZE: usize = SpiNor::<spi::Flash, time::Cycles>::WRITE_SIZE;
    const ERASE_SIZE: usize = SpiNor::<spi::Flash, time::Cycles>::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), SpiNorError<SpiError>> {
        self.flash.erase(from, to)?;
        self.burn();
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), SpiNorError<SpiError>> {
        if self.left.is_none() {
            return self.flash.write(offset, bytes);
        }
        let mut at = offset;
        for word in bytes.chunks(WORD as usize) {
            self.flash.write(at, word)?;
            at += WORD;
            self.burn();
        }
        Ok(())
    }
}
