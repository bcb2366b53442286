//! Serial flash in RAM that counts: bytes, pages of 4 KiB. It takes what anybody writes, also a word twice.

use core::cell::Cell;
use core::convert::Infallible;
use std::rc::Rc;

use embedded_storage_async::nor_flash::{ErrorType, MultiwriteNorFlash, NorFlash, ReadNorFlash};

/// Bytes that are erased at once.
pub(crate) const PAGE: u32 = 4096;

/// What was done to it.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Counts {
    pub(crate) reads: u32,
    pub(crate) bytes_read: u32,
    pub(crate) writes: u32,
    pub(crate) bytes_written: u32,
    pub(crate) erases: u32,
}

pub(crate) struct Flash {
    bytes: Vec<u8>,
    counts: Rc<Cell<Counts>>,
}

impl Flash {
    /// Blank flash, and what tells what was done to it.
    pub(crate) fn new(bytes: u32) -> (Self, Rc<Cell<Counts>>) {
        let counts = Rc::<Cell<Counts>>::default();
        (Self { bytes: vec![0xff; bytes as usize], counts: Rc::clone(&counts) }, counts)
    }

    fn count(&self, add: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.get();
        add(&mut counts);
        self.counts.set(counts);
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

impl ErrorType for Flash {
    type Error = Infallible;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.bytes[offset as usize..][..bytes.len()]);
        self.count(|counts| {
            counts.reads += 1;
            counts.bytes_read += length(bytes);
        });
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = PAGE as usize;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
        self.bytes[from as usize..to as usize].fill(0xff);
        self.count(|counts| counts.erases += (to - from) / PAGE);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
        let places = self.bytes[offset as usize..].iter_mut();
        places.zip(bytes).for_each(|(place, byte)| *place &= byte);
        self.count(|counts| {
            counts.writes += 1;
            counts.bytes_written += length(bytes);
        });
        Ok(())
    }
}

impl MultiwriteNorFlash for Flash {}
