//! Sessions in one SQLite file, for the server processes of one host.
//!
//! ```
//! use getrandom::SysRng;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_sqlite::SqliteStore;
//! use sansession_store::{NoPause, close, open};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = std::env::temp_dir().join(format!("sansession-sqlite-doc-{}", std::process::id()));
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! // Once: the sessions of a site, and where they are kept.
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let store = SqliteStore::open(&path)?;
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
//! // The process ends. The next one opens the same file, and the browser comes again.
//! drop(store);
//! let store = SqliteStore::open(&path)?;
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = open(&sessions, &store, sessions.begin([header], now, slot.erase())).await?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # drop((active, store));
//! # std::fs::remove_file(&path)?;
//! # Ok(()) })
//! # }
//! ```
//!
//! # What is on the disk
//!
//! A database with one table, `session`, by store key; a log (`-wal`) and an index of it (`-shm`) beside it, which are
//! gone when the last process has closed the file. They are made for their owner only (mode 0600); a file that is there
//! keeps its mode. The database is marked as this store's (`application_id`, `user_version`); one of another program or
//! of a newer release is an error when it is opened, and left alone. SQLite itself is built in, which takes a C compiler
//! and nothing else.
//!
//! Records are not encrypted. Removed rows are overwritten with zeros in the database (`secure_delete`). The log keeps
//! earlier versions of the pages that were written since it was last written back and begun again: 1000 pages, about,
//! when no process reads without a pause. It is not overwritten when it is removed.
//!
//! # Crashes
//!
//! Each change is one statement, in the log and synced before the store answers (WAL mode with `synchronous=FULL`).
//! After `kill -9` or a power cut a session is as it was or as it was written, what was destroyed stays so, and the
//! index of principals agrees with the records in every case. A call that was not answered was done or not; the core
//! finds out which. A damaged database is an error of kind `Corrupt`, as far as SQLite notices.
//!
//! # Several processes
//!
//! Any number of processes on one host may have the same file open. One writes at a time; reading waits for nobody. A
//! process that is stopped, not ended, in the middle of a change keeps the others from writing: they fail by their
//! time-out. Network file systems do not allow what WAL mode needs; use a store that is a server for several hosts.
//!
//! # Waiting
//!
//! Calls must be made within a tokio runtime that has its timer. A store has one connection that writes, because SQLite
//! has one writer at a time, and [a few](Options::readers) that read. Calls queue for them without a thread; then the
//! work is done on tokio's blocking threads. A call waits for its turn no longer than [its time-out](Options::timeout)
//! in all, for other calls and other processes together; then it fails with kind `Timeout`, and nothing was done. Work
//! that was begun runs to its end when its future is dropped: its change is made completely or, if it had not begun,
//! not at all. Opening a store, and dropping it, wait for the disk where they are.
//!
//! # Sweeping and limits
//!
//! A sweep looks at no more rows than it may remove; a large limit keeps other writers waiting. There is no limit to
//! the number of sessions but the disk's or [one of yours](Options::max_bytes), and no eviction: a full disk, or store,
//! is answered as full. Destroying and sweeping make room in a full store. On a full disk they can fail, as the log
//! needs room too: give the store a limit that leaves the disk some, 20 MiB for the log. A quota that is used up is an
//! error. The file does not become shorter; its room is used again.
//!
//! On unix this is tested.
#![deny(missing_docs)]

mod options;

mod error;

mod schema;

mod statements;

mod lane;

use core::fmt;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;
use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, SendStore, Updated};
use tokio::task::spawn_blocking;

use crate::error::Refusal;
use crate::lane::Lane;
use crate::statements::Row;

pub use crate::error::{Operation, SqliteError};
pub use crate::options::Options;

/// A store in an SQLite file. See the [crate docs](crate) for what it promises.
pub struct SqliteStore {
    /// Closed first: whoever is the last to close writes the log back, and these cannot write.
    readers: Arc<Lane>,
    writer: Arc<Lane>,
    options: Options,
}

impl SqliteStore {
    /// Opens the store in the file at `path` with the [default options](Options::new). See [`Options::open`].
    ///
    /// # Errors
    /// See [`Options::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteError> {
        Options::new().open(path)
    }

    fn open_with(path: &Path, options: Options) -> Result<Self, SqliteError> {
        let path = schema::absolute(path)?;
        let writer = schema::open_writer(&path, &options)?;
        let readers: Result<_, _> =
            (0..options.readers.get()).map(|_| schema::open_reader(&path, &options)).collect();
        let (readers, writer) = (Lane::new(readers?), Lane::new(vec![writer]));
        Ok(Self { readers: Arc::new(readers), writer: Arc::new(writer), options })
    }

    /// Does `work` with a connection of `lane`, on a thread that may wait for the disk.
    async fn run<T: Send + 'static>(
        &self,
        lane: &Arc<Lane>,
        operation: Operation,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        let waited = self.options.timeout;
        let deadline = Instant::now() + waited;
        let Some(turn) = lane.turn(deadline).await else {
            return Err(SqliteError::new(operation, Refusal::Busy { waited }));
        };
        let lane = Arc::clone(lane);
        let done = spawn_blocking(move || {
            lane.with(turn, |connection| {
                // What is left of it, for other processes.
                connection.busy_timeout(deadline.saturating_duration_since(Instant::now()))?;
                work(connection)
            })
        });
        match done.await {
            Ok(done) => done.map_err(|error| SqliteError::new(operation, error)),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => Err(SqliteError::new(operation, error)),
            },
        }
    }

    async fn read<T: Send + 'static>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        self.run(&self.readers, operation, work).await
    }

    async fn write<T: Send + 'static>(
        &self,
        operation: Operation,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SqliteError> {
        self.run(&self.writer, operation, work).await
    }
}

impl SendStore for SqliteStore {
    type Error = SqliteError;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, SqliteError> {
        let (key, longest) = (*key, buffer.len());
        let load = move |connection: &Connection| statements::load(connection, &key, longest);
        let Some(found) = self.read(Operation::Load, load).await? else {
            return Ok(Loaded::Missing);
        };
        if let Some(place) = buffer.get_mut(..found.record.len()) {
            place.copy_from_slice(&found.record);
        }
        Ok(Loaded::Found { len: found.len, meta: found.meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, SqliteError> {
        let (key, row) = (*key, Row::new(&write));
        let create = move |connection: &Connection| statements::create(connection, &key, &row);
        match self.write(Operation::Create, create).await {
            Err(error) if error.is_full() => Ok(Created::Full),
            created => created,
        }
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, SqliteError> {
        let (key, row) = (*key, Row::new(&write));
        let update =
            move |connection: &Connection| statements::update(connection, &key, expected, &row);
        match self.write(Operation::Update, update).await {
            Err(error) if error.is_full() => Ok(Updated::Full),
            updated => updated,
        }
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, SqliteError> {
        let key = *key;
        self.write(Operation::Touch, move |connection| {
            statements::touch(connection, &key, seen, expires)
        })
        .await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, SqliteError> {
        let key = *key;
        self.write(Operation::Destroy, move |connection| statements::destroy(connection, &key))
            .await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, SqliteError> {
        self.write(Operation::Sweep, move |connection| statements::sweep(connection, now, limit))
            .await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, SqliteError> {
        let (principal, after, limit) = (principal.to_owned(), after.copied(), keys.len());
        let list = move |connection: &Connection| {
            statements::list(connection, &principal, after.as_ref(), limit)
        };
        let listed = self.read(Operation::List, list).await?;
        keys.iter_mut().zip(&listed).for_each(|(place, key)| *place = *key);
        Ok(listed.len())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("options", &self.options).finish_non_exhaustive()
    }
}
