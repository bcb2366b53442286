//! A directory that is gone when the test is over.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use sansession::{StoreKey, Timestamp, Write};

pub const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
pub const END: Timestamp = Timestamp::from_secs(1_700_003_600);

pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(env::temp_dir().join(format!("file-store-{}-{number}", process::id())))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file of a record.
    pub fn file(&self, key: &StoreKey) -> PathBuf {
        let name = key.to_string();
        self.0.join("records").join(&name[..2]).join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover in the temporary folder must not hide a test's result.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub fn anonymous(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, END)
}

pub fn bound(record: &[u8]) -> Write<'_> {
    anonymous(record).bound_to("ada")
}
