//! Which sessions a principal has: an empty file for each, named by its store key.
//!
//! In: principals and store keys. Out: a principal's store keys. It refuses to know records. The index may name too
//! much, after a crash, and never too little: an entry is durable before its record is written, and removed after its
//! record is gone.

use std::fs;
use std::io::{self, ErrorKind::NotFound};
use std::path::{Path, PathBuf};

use sansession::StoreKey;

use crate::disk;
use crate::image::Principal;

/// How often a directory is made again when the last entry of it is removed at the same moment.
const TRIES: usize = 100;

pub(crate) struct Index {
    root: PathBuf,
}

impl Index {
    pub(crate) fn open(root: PathBuf) -> io::Result<Self> {
        disk::make_dir(&root)?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Notes a session, durably.
    pub(crate) fn add(&self, principal: Principal, key: &StoreKey) -> io::Result<()> {
        let directory = self.directory(principal);
        let entry = directory.join(key.to_string());
        let mut tries = 0..TRIES;
        loop {
            disk::make_dir(&directory)?;
            match disk::make_file(&entry) {
                Err(error) if error.kind() == NotFound && tries.next().is_some() => {}
                made => break made.map(drop)?,
            }
        }
        // Whoever made the directory may not have come to this yet.
        disk::sync(&directory)?;
        disk::sync(&self.root)
    }

    /// Forgets a session that is gone. An entry that stays is only too much.
    pub(crate) fn remove(&self, principal: Principal, key: &StoreKey) {
        let directory = self.directory(principal);
        let _ = disk::remove(&directory.join(key.to_string()));
        // Only an empty one can be removed.
        let _ = fs::remove_dir(directory);
    }

    /// The store keys of a principal after `after`, in order, `limit` at most.
    pub(crate) fn list(
        &self,
        principal: Principal,
        after: Option<StoreKey>,
        limit: usize,
    ) -> io::Result<Vec<StoreKey>> {
        let entries = match fs::read_dir(self.directory(principal)) {
            Err(error) if error.kind() == NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut keys = Vec::new();
        for entry in entries {
            let key = entry?.file_name().to_str().and_then(|name| name.parse().ok());
            keys.extend(key.filter(|key| after.is_none_or(|after| after < *key)));
        }
        keys.sort_unstable();
        keys.truncate(limit);
        Ok(keys)
    }

    fn directory(&self, principal: Principal) -> PathBuf {
        self.root.join(principal.hex())
    }
}
