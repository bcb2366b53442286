//! What can go wrong, and whose matter it is.

use core::fmt;

use sansession_store::{ErrorKind, StoreError};

use crate::geometry::GeometryError;

/// What the log itself finds wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    Format(u8),
    Geometry,
    Capacity,
    Worn(u32),
}

/// Why a store cannot be used, or a call failed. `E` is the flash driver's error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NorError<E> {
    /// There can be no such ring of pages in this flash.
    Region(GeometryError),
    /// The driver failed. Whether anything was written is unknown until the store is mounted again; what was
    /// acknowledged before is there.
    Flash(Operation, E),
    /// The pages are of a release with this newer format. They are left alone.
    Format(u8),
    /// The pages are of a ring with pages of another size, count or alignment. They are left alone.
    Geometry,
    /// There are more sessions on flash than the table has places for. They are left alone.
    Capacity,
    /// This page of the ring was erased and is not blank. It is tried again at the next write.
    Worn(u32),
}

/// What the flash driver was to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Operation {
    /// Read.
    Read,
    /// Write.
    Write,
    /// Erase.
    Erase,
}

impl<E> From<Fault> for NorError<E> {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Format(format) => Self::Format(format),
            Fault::Geometry => Self::Geometry,
            Fault::Capacity => Self::Capacity,
            Fault::Worn(page) => Self::Worn(page),
        }
    }
}

impl<E> From<GeometryError> for NorError<E> {
    fn from(error: GeometryError) -> Self {
        Self::Region(error)
    }
}

impl<E: fmt::Debug> StoreError for NorError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Flash(..) | Self::Worn(_) => ErrorKind::Unavailable,
            Self::Region(_) | Self::Format(_) | Self::Geometry | Self::Capacity => {
                ErrorKind::Misconfigured
            }
        }
    }
}

/// Drivers' errors need not be errors of the standard kind, so they show themselves with `Debug`, in the text.
impl<E: fmt::Debug> core::error::Error for NorError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Region(error) => Some(error),
            _ => None,
        }
    }
}

impl<E: fmt::Debug> fmt::Display for NorError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(_) => f.write_str("there can be no such ring of pages"),
            Self::Flash(operation, error) => write!(f, "cannot {operation} flash: {error:?}"),
            Self::Format(format) => write!(f, "the pages are of format {format}"),
            Self::Geometry => f.write_str("the pages are of another ring"),
            Self::Capacity => f.write_str("there are more sessions than places"),
            Self::Worn(page) => write!(f, "page {page} is not blank after an erase"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Erase => "erase",
        })
    }
}
