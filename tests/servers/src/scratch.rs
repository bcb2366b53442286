//! Makes a folder that is gone when the test is over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty folder of one test's own.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Creates a folder that nothing else uses.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("sansession-test-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self(folder)
    }

    /// Gives the folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Names a file in the folder; it does not have to exist.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in the folder and gives its path as a flag's value.
    pub fn write(&self, name: &str, content: &str) -> String {
        let file = self.file(name);
        fs::write(&file, content).expect("the temporary folder can be written");
        file.display().to_string()
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover in the temporary folder must not hide a test's result.
        let _ = fs::remove_dir_all(&self.0);
    }
}
