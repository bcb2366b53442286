//! What a device's flash holds, in a file that outlives the board.

use std::fs;
use std::path::PathBuf;

use sansession_test_servers::Scratch;

/// Bytes of the board's flash.
const SIZE: usize = 16 * 1024 * 1024;

/// A flash memory. The file is gone with it.
#[derive(Debug)]
pub struct Flash(Scratch);

impl Flash {
    /// One that was never written to.
    #[must_use]
    pub fn blank() -> Self {
        let flash = Self(Scratch::new());
        fs::write(flash.file(), vec![0xff; SIZE]).expect("the temporary folder can be written");
        flash
    }

    /// The same contents in a file of its own.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self(Scratch::new());
        fs::copy(self.file(), copy.file()).expect("the temporary folder can be written");
        copy
    }

    /// Where the contents are, byte by byte.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.0.file("flash")
    }

    /// Where a board on this flash writes its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.file("log")
    }
}
