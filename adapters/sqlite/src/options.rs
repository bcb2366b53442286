//! What a host may choose, with defaults that fit most.

use core::num::NonZeroU8;
use core::time::Duration;
use std::path::Path;

use crate::{SqliteError, SqliteStore};

/// The longest time-out: any time from now is one then.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How a store is opened. Nothing in it is stored in the file, so each process may choose for itself.
#[derive(Clone, Copy, Debug)]
#[must_use = "options open nothing by themselves"]
pub struct Options {
    pub(crate) timeout: Duration,
    pub(crate) readers: NonZeroU8,
    pub(crate) max_bytes: Option<u64>,
}

impl Options {
    /// A call waits 5 seconds for its turn, 4 can read at the same time, and the file may grow as long as the disk has
    /// room.
    pub const fn new() -> Self {
        const READERS: NonZeroU8 = NonZeroU8::new(4).expect("it is not zero");
        Self { timeout: Duration::from_secs(5), readers: READERS, max_bytes: None }
    }

    /// How long a call waits for its turn: for other calls of this store, then for other processes. After that it fails
    /// with [`Timeout`](sansession_store::ErrorKind::Timeout), and nothing was done. A day at most.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = if timeout.as_secs() < DAY.as_secs() { timeout } else { DAY };
        self
    }

    /// How many calls can read at the same time; each has a connection of its own, and up to 2 MiB of cache. Writing
    /// has one in any case, as `SQLite` lets one write at a time.
    pub const fn readers(mut self, readers: NonZeroU8) -> Self {
        self.readers = readers;
        self
    }

    /// How long the file may become, in bytes, rounded down to whole pages of 4 KiB. When it is full, so is the store:
    /// what would make it longer is answered as such. One that is longer already does not grow. The log beside it is
    /// not counted.
    pub const fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Opens the store in the file at `path`, which is made if it is not there; its directory must be there. It may be
    /// open elsewhere.
    ///
    /// It blocks; call it once, at the start.
    ///
    /// # Errors
    /// The file cannot be made or opened, is locked for longer than the time-out, is damaged, is another program's, or
    /// was made by a newer release. It is left as it is.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, SqliteError> {
        SqliteStore::open_with(path.as_ref(), self)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
