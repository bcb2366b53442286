//! The store contract over files, each call under the lock of its key's shard.
//!
//! In: one call. Out: its answer. It refuses to know threads and futures. A shard is the first byte of a store key: a
//! directory and a lock file. Lock files are never removed, so all processes always lock the same one.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sansession::{Revision, StoreKey, Timestamp};
use sansession_store::{Created, Updated};

use crate::disk;
use crate::error::{FileError, Operation};
use crate::image::{HEADER, Header, Image, Parsed, Principal};
use crate::index::Index;

pub(crate) struct Records {
    root: PathBuf,
    locks: PathBuf,
    pub(crate) index: Index,
}

/// What is found under a key.
pub(crate) enum Found {
    Whole(Header, Image),
    Damaged,
    Missing,
}

impl Records {
    /// Makes what is not there yet.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        disk::make_dirs(directory)?;
        let index = Index::open(directory.join("principals"))?;
        let (root, locks) = (directory.join("records"), directory.join("locks"));
        disk::make_dir(&locks)?;
        disk::make_dir(&root)?;
        for shard in 0..=u8::MAX {
            disk::make_dir(&root.join(format!("{shard:02x}")))?;
        }
        disk::sync(&root)?;
        disk::sync(directory)?;
        // A file system that has no locks is found out now.
        disk::lock(&locks.join("00"))?;
        Ok(Self { root, locks, index })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Reads a record. It needs no lock: a file is whole at every moment.
    pub(crate) fn read(&self, key: &StoreKey) -> Result<Found, FileError> {
        read(&self.path(key), key).map_err(FileError::new(Operation::Read))
    }

    pub(crate) fn create(
        &self,
        key: &StoreKey,
        header: &Header,
        image: &mut Image,
    ) -> Result<Created, FileError> {
        let _lock = self.lock(key)?;
        if !matches!(self.read(key)?, Found::Missing) {
            return Ok(Created::Conflict);
        }
        match self.write(key, header, image, None) {
            Ok(()) => Ok(Created::Stored),
            Err(error) if error.is_full() => Ok(Created::Full),
            Err(error) => Err(error),
        }
    }

    /// `header` is that of a new record.
    pub(crate) fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        mut header: Header,
        image: &mut Image,
    ) -> Result<Updated, FileError> {
        let _lock = self.lock(key)?;
        let Found::Whole(old, _) = self.read(key)? else { return Ok(Updated::Missing) };
        if old.revision != expected {
            return Ok(Updated::Conflict);
        }
        header.revision = expected.next();
        header.seen = header.seen.max(old.seen);
        match self.write(key, &header, image, old.principal) {
            Ok(()) => Ok(Updated::Stored),
            Err(error) if error.is_full() => Ok(Updated::Full),
            Err(error) => Err(error),
        }
    }

    /// Writes the whole file again: the record is small, and bytes changed in place could be torn.
    pub(crate) fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, FileError> {
        let _lock = self.lock(key)?;
        let Found::Whole(mut header, mut image) = self.read(key)? else { return Ok(false) };
        if seen > header.seen || expires > header.expires {
            header.seen = header.seen.max(seen);
            header.expires = header.expires.max(expires);
            self.write(key, &header, &mut image, header.principal)?;
        }
        Ok(true)
    }

    /// What cannot be read can be removed all the same.
    pub(crate) fn destroy(&self, key: &StoreKey) -> Result<bool, FileError> {
        let _lock = self.lock(key)?;
        let principal = match self.read(key) {
            Ok(Found::Whole(header, _)) => header.principal,
            _ => None,
        };
        let path = self.path(key);
        let was_there = disk::remove(&path).map_err(FileError::new(Operation::Remove))?;
        // Also when there was none: whoever removed it may have been killed before it came to this.
        disk::sync_parent(&path).map_err(FileError::new(Operation::Remove))?;
        if let Some(principal) = principal {
            self.index.remove(principal, key);
        }
        Ok(was_there)
    }

    pub(crate) fn path(&self, key: &StoreKey) -> PathBuf {
        let name = key.to_string();
        self.root.join(&name[..2]).join(name)
    }

    /// Keeps everybody else from changing what is under this key, until it is dropped.
    pub(crate) fn lock(&self, key: &StoreKey) -> Result<File, FileError> {
        let [shard, ..] = key.as_bytes();
        let path = self.locks.join(format!("{shard:02x}"));
        disk::lock(&path).map_err(FileError::new(Operation::Lock))
    }

    /// Writes a record that was `old`'s, and keeps the index ahead of it.
    fn write(
        &self,
        key: &StoreKey,
        header: &Header,
        image: &mut Image,
        old: Option<Principal>,
    ) -> Result<(), FileError> {
        let new = header.principal.filter(|new| Some(*new) != old);
        if let Some(principal) = new {
            self.index.add(principal, key).map_err(FileError::new(Operation::Index))?;
        }
        disk::replace(&self.path(key), image.seal(key, header))
            .map_err(FileError::new(Operation::Write))?;
        if let Some(principal) = old.filter(|old| Some(*old) != header.principal) {
            self.index.remove(principal, key);
        }
        Ok(())
    }
}

fn read(path: &Path, key: &StoreKey) -> io::Result<Found> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
        file => file?,
    };
    let mut bytes = Vec::with_capacity(HEADER);
    file.by_ref().take(HEADER as u64).read_to_end(&mut bytes)?;
    // Something large that is not ours is not read into memory.
    let expected = bytes.first_chunk().and_then(Image::expected_len);
    if let Some(len) = expected.filter(|len| file.metadata().is_ok_and(|file| file.len() == *len)) {
        file.take(len - HEADER as u64).read_to_end(&mut bytes)?;
    }
    match Image::parse(key, bytes) {
        Parsed::Whole(header, image) => Ok(Found::Whole(header, image)),
        Parsed::Damaged => Ok(Found::Damaged),
        Parsed::Newer => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the file was written by a newer release",
        )),
    }
}
