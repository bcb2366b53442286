//! Sessions in a directory: one file each, for the server processes of one host.
//!
//! ```
//! use getrandom::SysRng;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_file::FileStore;
//! use sansession_store::{NoPause, close, open};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let directory = std::env::temp_dir().join(format!("sansession-file-doc-{}", std::process::id()));
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! // Once: the sessions of a site, and where they are kept.
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let store = FileStore::open(&directory)?;
//!
//! // A request without a cookie, whose handler writes.
//! let mut slot = Slot::<[u8; 1024]>::new();
//! let now = Timestamp::from_secs(1_700_000_000);
//! let mut active = open(&sessions, &store, sessions.begin([], now, slot.erase())).await?;
//! active.insert_str("colour", "blue")?;
//! let end = sessions.finish(active, Ending::Answered, now, &mut SysRng)?;
//! let finished = close(&sessions, &store, &NoPause, end).await;
//! let cookie = finished.reply.set_cookie(&sessions).ok_or("no cookie")?.to_string();
//!
//! // The process ends. The next one opens the same directory, and the browser comes again.
//! drop(store);
//! let store = FileStore::open(&directory)?;
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = open(&sessions, &store, sessions.begin([header], now, slot.erase())).await?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # drop(active);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok(()) })
//! # }
//! ```
//!
//! # What is on the disk
//!
//! ```text
//! records/5f/5f0c…   a session: its store key in hexadecimal, in a directory by its first byte
//! principals/9a3b…/  whose sessions: SHA-256 of the principal's name
//!            5f0c…   and an empty file for each
//! locks/5f           locked while a record in records/5f is changed
//! ```
//!
//! All names are made of hashes, so no input leads to a path. Directories are made for their owner only (mode 0700), so
//! are files (0600); a directory that is there keeps its mode. Records are not encrypted. What a file says byte by byte
//! stands in `src/image.rs`.
//!
//! # Crashes
//!
//! A file is written beside its place, synced, and renamed; then the directory is synced, and only then the store
//! answers. At every moment, also after `kill -9` or a power cut, a session is as it was or as it was written, and what
//! was destroyed stays so. A file that was being written is left behind and swept later. An index entry is durable
//! before its record, so logging out everywhere finds every session.
//!
//! A file that is damaged by something else, or is not ours, is found as an empty record. The core's verdict on that is
//! `corrupt`: hosts can count it, and the visitor gets a new session. An error would shut the visitor out, and stop
//! the ending of all of a user's sessions half way. The file is never updated; sweep, destroy and ending all sessions
//! remove it. A file of a newer release is an error, and left alone. So is a directory in place of a file.
//!
//! # Several processes
//!
//! Any number of processes on one host may have the same directory open. Each change is made under an advisory lock,
//! which the operating system lets go when its process ends, however it ends. Reading takes no lock. A process that is
//! stopped, not ended, in the middle of a change keeps the others waiting for one in 256 sessions. Network file systems
//! promise too little about locks and syncing; use a store that is a server for several hosts.
//!
//! # Runtime
//!
//! Calls wait for the disk on tokio's blocking threads, so they must be made within a tokio runtime. Work that was
//! begun runs to its end when its future is dropped: its change is made completely or, if it had not begun, not at all.
//! [`FileStore::open`] blocks, some tens of milliseconds for a new directory; call it once, at the start.
//!
//! # Sweeping and limits
//!
//! A sweep looks at no more files than the records that it may remove, and goes on where the last one stopped. There is
//! no limit to the number of sessions but the disk's, and no eviction: a full disk, or quota, is answered as full. A
//! page of a listing reads the names of all sessions of its principal.
//!
//! On unix this is tested. On other systems it builds, but cannot sync directories.
#![deny(missing_docs)]

mod error;

mod disk;

mod image;

mod index;

mod records;

mod walk;

mod sweep;

use core::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, SendStore, Updated};
use tokio::task::spawn_blocking;

use crate::image::{Header, Image, Principal};
use crate::records::{Found, Records};
use crate::sweep::Sweep;

pub use crate::error::{FileError, Operation};

/// A store in a directory. See the [crate docs](crate) for what it promises.
pub struct FileStore(Arc<Inner>);

struct Inner {
    records: Records,
    sweep: Sweep,
}

impl FileStore {
    /// Opens the store in `directory`, which is made if it is not there. It may be open elsewhere.
    ///
    /// # Errors
    /// It cannot be made, written or locked.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, FileError> {
        let records = Records::open(directory.as_ref()).map_err(FileError::new(Operation::Open))?;
        Ok(Self(Arc::new(Inner { records, sweep: Sweep::default() })))
    }

    /// Does `work` on a thread that may wait for the disk.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, FileError> {
        let inner = Arc::clone(&self.0);
        match spawn_blocking(move || work(&inner)).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime is shutting down.
                Err(error) => Err(FileError::new(Operation::Wait)(error.into())),
            },
        }
    }
}

impl SendStore for FileStore {
    type Error = FileError;

    /// A damaged file is found as an empty record, which the core judges.
    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, FileError> {
        let key = *key;
        Ok(match self.run(move |inner| inner.records.read(&key)).await? {
            Found::Whole(header, image) => {
                let record = image.record();
                if let Some(place) = buffer.get_mut(..record.len()) {
                    place.copy_from_slice(record);
                }
                Loaded::Found { len: record.len(), meta: header.meta() }
            }
            Found::Damaged => {
                let meta = Meta::new(Revision::FIRST, Timestamp::ZERO);
                Loaded::Found { len: 0, meta }
            }
            Found::Missing => Loaded::Missing,
        })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, FileError> {
        let (key, header) = (*key, Header::new(&write));
        let Some(mut image) = Image::new(write.record) else { return Ok(Created::Full) };
        self.run(move |inner| inner.records.create(&key, &header, &mut image)).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, FileError> {
        let (key, header) = (*key, Header::new(&write));
        let Some(mut image) = Image::new(write.record) else { return Ok(Updated::Full) };
        self.run(move |inner| inner.records.update(&key, expected, header, &mut image)).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, FileError> {
        let key = *key;
        self.run(move |inner| inner.records.touch(&key, seen, expires)).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, FileError> {
        let key = *key;
        self.run(move |inner| inner.records.destroy(&key)).await
    }

    /// Looks at up to `limit` files: where nothing has expired, it can say 0 and have more to find at the next call.
    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, FileError> {
        self.run(move |inner| inner.sweep.run(&inner.records, now, limit)).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, FileError> {
        let (principal, after, limit) = (Principal::new(principal), after.copied(), keys.len());
        let listed = self.run(move |inner| {
            let listed = inner.records.index.list(principal, after, limit);
            listed.map_err(FileError::new(Operation::Index))
        });
        let listed = listed.await?;
        keys.iter_mut().zip(&listed).for_each(|(place, key)| *place = *key);
        Ok(listed.len())
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").finish_non_exhaustive()
    }
}
