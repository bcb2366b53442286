//! What can go wrong, and whose matter it is.

use core::fmt;

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why a call failed. `E` is the error of the SPI device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SpiNorError<E> {
    /// The bus failed. Of a write or erase it is unknown how much was done.
    Spi(E),
    /// The part was busy for longer than [`Patience`](crate::Patience) allows. It may still be, and may still get done.
    Timeout,
    /// Nothing answers.
    Absent,
    /// The part does not tell its size, or the size is beyond 16 MiB or no whole number of sectors; with
    /// [`SpiNor::with_capacity`](crate::SpiNor::with_capacity) the host tells it.
    Capacity,
    /// The part does not let writes through: nothing was changed.
    Protected,
    /// Not whole sectors: nothing was done.
    Unaligned,
    /// Beyond the end of the part: nothing was done.
    OutOfBounds,
}

impl<E> From<NorFlashErrorKind> for SpiNorError<E> {
    /// What the checks of `embedded-storage` say of arguments.
    fn from(kind: NorFlashErrorKind) -> Self {
        match kind {
            NorFlashErrorKind::NotAligned => Self::Unaligned,
            _ => Self::OutOfBounds,
        }
    }
}

impl<E: fmt::Debug> NorFlashError for SpiNorError<E> {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Unaligned => NorFlashErrorKind::NotAligned,
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            _ => NorFlashErrorKind::Other,
        }
    }
}

impl<E: fmt::Debug> fmt::Display for SpiNorError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spi(error) => write!(f, "the SPI bus failed: {error:?}"),
            Self::Timeout => f.write_str("the flash was busy for too long"),
            Self::Absent => f.write_str("no flash answers"),
            Self::Capacity => f.write_str("the flash has no capacity that can be used"),
            Self::Protected => f.write_str("the flash does not let writes through"),
            Self::Unaligned => f.write_str("not whole sectors of the flash"),
            Self::OutOfBounds => f.write_str("beyond the end of the flash"),
        }
    }
}

/// Few SPI errors are an `Error`, so the bus's own is in the text and not a `source`.
impl<E: fmt::Debug> core::error::Error for SpiNorError<E> {}
