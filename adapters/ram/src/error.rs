//! What can go wrong: the host's slots do not go with the table.

use core::fmt;

use sansession_store::{ErrorKind, StoreError};

/// Why a call failed. Nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RamError {
    /// The record is longer than the table's places: the slot takes records that the table does not.
    RecordTooLong {
        /// Bytes of the record.
        len: usize,
        /// Bytes that a place has.
        room: usize,
    },
}

impl fmt::Display for RamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordTooLong { len, room } => {
                write!(f, "a record of {len} bytes is too long for a place of {room}")
            }
        }
    }
}

impl core::error::Error for RamError {}

impl StoreError for RamError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Misconfigured
    }
}
