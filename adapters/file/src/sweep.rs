//! Takes away what has expired, and what crashes left.
//!
//! In: the time, and how many files may be looked at. Out: how many records went. It refuses to know the rest of a
//! record. A file whose name is not one of ours is left alone.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sansession::{StoreKey, Timestamp};

use crate::disk;
use crate::error::{FileError, Operation};
use crate::image::Principal;
use crate::records::{Found, Records};
use crate::walk::Walk;

#[derive(Default)]
pub(crate) struct Sweep(Mutex<Place>);

/// Where the last sweep stopped: first all records are walked over, then the whole index, and again.
#[derive(Default)]
struct Place {
    walk: Walk,
    in_index: bool,
}

impl Sweep {
    /// Looks at up to `limit` files, at the end of a walk at fewer, and says how many expired records went.
    pub(crate) fn run(
        &self,
        records: &Records,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize, FileError> {
        let mut taken = 0;
        for _ in 0..limit {
            // Others may sweep at the same time: each takes the next file.
            let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let in_index = place.in_index;
            let root = if in_index { records.index.root() } else { records.root() };
            let next = place.walk.next(root).map_err(FileError::new(Operation::Sweep))?;
            place.in_index = in_index ^ next.is_none();
            drop(place);
            match next {
                Some(path) if in_index => records.forget_stale(&path)?,
                Some(path) => taken += usize::from(records.take_expired(&path, now)?),
                None => break,
            }
        }
        Ok(taken)
    }
}

impl Records {
    /// Removes the file if it is an expired record, one that cannot be read, or an unfinished one. True for the first.
    fn take_expired(&self, path: &Path, now: Timestamp) -> Result<bool, FileError> {
        let Some(key) = key(path) else { return Ok(false) };
        let failed = FileError::new(Operation::Sweep);
        if path.extension().is_some_and(|ending| ending == disk::UNFINISHED) {
            // Under the lock, nobody is writing it.
            let _lock = self.lock(&key)?;
            disk::remove(path).map_err(failed)?;
            return Ok(false);
        }
        if path != self.path(&key) || path.is_dir() {
            return Ok(false);
        }
        if !is_done(&self.read(&key)?, now) {
            return Ok(false);
        }
        // Once more, where nobody can make it live on.
        let _lock = self.lock(&key)?;
        let found = self.read(&key)?;
        if !is_done(&found, now) {
            return Ok(false);
        }
        let removed = disk::remove(path).map_err(&failed)?;
        let Found::Whole(header, _) = found else { return Ok(false) };
        if let Some(principal) = header.principal {
            // The record goes for good before its entry does.
            disk::sync_parent(path).map_err(failed)?;
            self.index.remove(principal, &key);
        }
        Ok(removed)
    }

    /// Removes an entry of the index whose record is gone or somebody else's.
    fn forget_stale(&self, path: &Path) -> Result<(), FileError> {
        let Some(key) = key(path).filter(|_| path.extension().is_none()) else { return Ok(()) };
        if !self.is_stale(path, &key)? {
            return Ok(());
        }
        // An entry is added under the lock that its record is written under.
        let _lock = self.lock(&key)?;
        if self.is_stale(path, &key)? {
            disk::remove(path).map_err(FileError::new(Operation::Sweep))?;
            let _ = path.parent().map(std::fs::remove_dir);
        }
        Ok(())
    }

    fn is_stale(&self, path: &Path, key: &StoreKey) -> Result<bool, FileError> {
        Ok(match self.read(key)? {
            Found::Missing => true,
            // Whose it is cannot be told.
            Found::Damaged => false,
            Found::Whole(header, _) => {
                let directory = path.parent().and_then(Path::file_name);
                let principal = header.principal.map(Principal::hex);
                directory.and_then(|name| name.to_str()) != principal.as_deref()
            }
        })
    }
}

/// Whether nobody needs it any more. A damaged one is nobody's session.
fn is_done(found: &Found, now: Timestamp) -> bool {
    match found {
        Found::Whole(header, _) => header.expires <= now,
        Found::Damaged => true,
        Found::Missing => false,
    }
}

/// The store key that a file is named by.
fn key(path: &Path) -> Option<StoreKey> {
    path.file_stem()?.to_str()?.parse().ok()
}
