//! A range of a flash memory that several users share, on one task.

use core::cell::RefCell;
use core::ops::Range;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Bytes `range` of a flash, as a flash of their own that begins at 0.
#[derive(Debug)]
pub struct Part<'f, F> {
    flash: Option<&'f RefCell<F>>,
    range: Range<u32>,
}

/// Why a part cannot be read or written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PartError<E> {
    /// Beyond the part; its neighbours are left alone.
    OutOfBounds,
    /// The flash failed.
    Flash(E),
}

impl<'f, F> Part<'f, F> {
    /// Takes a range. Whoever puts the firmware together sees to it that no two meet.
    pub const fn new(flash: &'f RefCell<F>, range: Range<u32>) -> Self {
        Self { flash: Some(flash), range }
    }

    /// No part, until there is a flash: all of it is out of bounds.
    pub const fn absent() -> Self {
        Self { flash: None, range: 0..0 }
    }

    /// The flash, and where in it.
    fn at<E>(&self, offset: u32, len: usize) -> Result<(&'f RefCell<F>, u32), PartError<E>> {
        let start = self.range.start.checked_add(offset);
        let end = start.and_then(|start| start.checked_add(u32::try_from(len).ok()?));
        match (self.flash, start, end) {
            (Some(flash), Some(start), Some(end)) if end <= self.range.end => Ok((flash, start)),
            _ => Err(PartError::OutOfBounds),
        }
    }
}

impl<E: NorFlashError> NorFlashError for PartError<E> {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::Flash(error) => error.kind(),
        }
    }
}

impl<F: ErrorType> ErrorType for Part<'_, F> {
    type Error = PartError<F::Error>;
}

impl<F: ReadNorFlash> ReadNorFlash for Part<'_, F> {
    const READ_SIZE: usize = F::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        let (flash, at) = self.at(offset, bytes.len())?;
        flash.borrow_mut().read(at, bytes).map_err(PartError::Flash)
    }

    fn capacity(&self) -> usize {
        self.range.len()
    }
}

impl<F: NorFlash> NorFlash for Part<'_, F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        let len = to.checked_sub(from).ok_or(PartError::OutOfBounds)?;
        let (flash, at) = self.at(from, len as usize)?;
        flash.borrow_mut().erase(at, at + len).map_err(PartError::Flash)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        let (flash, at) = self.at(offset, bytes.len())?;
        flash.borrow_mut().write(at, bytes).map_err(PartError::Flash)
    }
}
