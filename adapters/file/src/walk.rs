//! A walk over directories of files that goes on where it stopped.
//!
//! In: a directory of directories. Out: the files in them, one by one. It refuses to know what they are. It is stopped
//! and taken up again at no cost, so a sweep looks at a part at a time, whatever is made and removed in between.

use std::fs::{self, ReadDir};
use std::io::{self, ErrorKind::NotADirectory, ErrorKind::NotFound};
use std::path::{Path, PathBuf};

#[derive(Default)]
pub(crate) struct Walk {
    directories: Option<ReadDir>,
    files: Option<ReadDir>,
}

impl Walk {
    /// The next file below `root`; `None` at the end, and then from the beginning again.
    pub(crate) fn next(&mut self, root: &Path) -> io::Result<Option<PathBuf>> {
        loop {
            if let Some(file) = self.files.as_mut().and_then(Iterator::next) {
                return file.map(|file| Some(file.path()));
            }
            if self.directories.is_none() {
                self.directories = Some(fs::read_dir(root)?);
            }
            self.files = None;
            let Some(directory) = self.directories.as_mut().and_then(Iterator::next) else {
                self.directories = None;
                return Ok(None);
            };
            self.files = match fs::read_dir(directory?.path()) {
                // Gone by now, or not ours.
                Err(error) if matches!(error.kind(), NotFound | NotADirectory) => None,
                files => Some(files?),
            };
        }
    }
}
