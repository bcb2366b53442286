//! Serial flash in RAM that counts: bytes, pages of 4 KiB. It takes what either side writes, also a word twice.

use core::convert::Infallible;

use embedded_storage_async::nor_flash::{ErrorType, MultiwriteNorFlash, NorFlash, ReadNorFlash};

const PAGE: usize = 4096;

/// What was done to it.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Counts {
    pub(crate) reads: u32,
    pub(crate) bytes_read: u32,
    pub(crate) bytes_written: u32,
    pub(crate) erases: u32,
}

#[derive(Debug)]
pub(crate) struct Flash {
    bytes: Vec<u8>,
    pub(crate) counts: Counts,
}

impl Flash {
    /// Blank flash.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { bytes: vec![0xff; bytes], counts: Counts::default() }
    }
}

fn count(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

impl ErrorType for Flash {
    type Error = Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        self.counts.reads += 1;
        self.counts.bytes_read += count(bytes);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        let erased = &mut self.bytes[from as usize..to as usize];
        erased.fill(0xff);
        self.counts.erases += count(erased) / 4096;
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        let places = self.bytes[offset as usize..].iter_mut();
        places.zip(bytes).for_each(|(place, byte)| *place &= byte);
        self.counts.bytes_written += count(bytes);
        Ok(())
    }
}

impl MultiwriteNorFlash for Flash {}
