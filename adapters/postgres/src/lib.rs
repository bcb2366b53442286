//! Sessions in PostgreSQL, for fleets of servers.
//!
//! ```no_run
//! use getrandom::SysRng;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_postgres::{NoTls, PostgresStore};
//! use sansession_store::{NoPause, close, open};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Once: the sessions of a site, and where they are kept.
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let store = PostgresStore::connect("postgres://web@localhost/site", NoTls).await?;
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
//! // The browser comes again, to this node or to any other.
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = open(&sessions, &store, sessions.begin([header], now, slot.erase())).await?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # Ok(()) }
//! ```
//!
//! # What it asks of the server
//!
//! Each call is one statement and one round trip; on each connection, a statement's first use takes one more to prepare
//! it. An update is a compare-and-swap in one statement, which also tells a lost race from a session that is gone. No
//! statement asks the server for the time, so its clock does not matter.
//!
//! Nothing is asked twice: when an answer is lost, the call fails, and what it asked for was done or not. The core
//! finds out which. A connection on which a call failed is not used again; the next call makes another.
//!
//! # The table
//!
//! [`connect`](PostgresStore::connect) makes it and brings it up to date; several nodes may do so at once. Its version is
//! kept in a second table beside it. A table of a newer release, or a server that takes no writes, is an error of kind
//! `Misconfigured`. Names are [checked](Options::table) and quoted. Records are not encrypted; store keys are hashes,
//! and principals are there as their bytes.
//!
//! # Crashes
//!
//! What was answered is durable as far as the server is set to be: with `synchronous_commit` off, or with a standby
//! that takes over before it has everything, the last moment can be lost. [Unlogged](Options::unlogged) tables are empty
//! after a crash of the server; one that was not asked for is an error when the store connects. The index of principals
//! agrees with the records in every case.
//!
//! # Waiting
//!
//! A call takes no longer than its [time-out](Options::timeout), for connection and answer together, and then fails with
//! kind `Timeout`. A server that is not there is `Unavailable`. When the future of a call is dropped, what was asked is
//! waited for by a task of its own, so that the connection is free for the next. Calls must be made within a tokio
//! runtime with its timer and IO.
//!
//! # TLS
//!
//! Any connector for `tokio-postgres` will do:
//!
//! ```no_run
//! use sansession_postgres::tokio_postgres::Socket;
//! use sansession_postgres::tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
//! use sansession_postgres::{PostgresError, PostgresStore};
//!
//! async fn connect<T>(connector: T) -> Result<PostgresStore, PostgresError>
//! where
//!     T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
//!     T::Stream: Send + Sync,
//!     T::TlsConnect: Send + Sync,
//!     <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
//! {
//!     PostgresStore::connect("postgres://web@db.example/site?sslmode=require", connector).await
//! }
//! ```
//!
//! # Poolers
//!
//! Statements are prepared once for each connection. A pooler that hands the server's connections on after each
//! transaction must follow prepared statements (`PgBouncer` does from 1.21 on, with `max_prepared_statements`) and let
//! the start-up parameter `options` pass; otherwise, prepare [none](Options::unprepared). Then no settings are sent
//! either: set `statement_timeout` for the role, and leave the isolation level at READ COMMITTED.
//!
//! # Sweeping and limits
//!
//! A sweep takes what it may by the index of deadlines, and leaves what another sweep or write has hold of. There is no
//! limit to the number of sessions but the disk's, and no eviction: a full disk is answered as full. Updated and
//! removed rows leave room that autovacuum makes free.
//!
//! It is tested with PostgreSQL 15, and uses nothing that 12 does not have.
#![deny(missing_docs)]

mod options;

mod error;

mod name;

mod migration;

mod statements;

mod finishing;

mod connections;

use core::fmt;
use std::sync::Arc;

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, SendStore, Updated};
use tokio::time::timeout_at;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::FromSql;
use tokio_postgres::{Row, Socket};

use crate::connections::{Connections, Value};
use crate::error::Refusal;
use crate::name::Names;
use crate::statements::{Statement, Statements};

pub use crate::error::{Operation, PostgresError};
pub use crate::options::Options;
pub use tokio_postgres;
pub use tokio_postgres::NoTls;

/// A store in a PostgreSQL database. See the [crate docs](crate) for what it promises.
pub struct PostgresStore {
    connections: Connections,
    statements: Arc<Statements>,
    options: Options,
}

impl PostgresStore {
    /// Connects with the [default options](Options::new). See [`Options::connect`].
    ///
    /// # Errors
    /// See [`Options::connect`].
    pub async fn connect<T>(url: &str, tls: T) -> Result<Self, PostgresError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        Options::new().connect(url, tls).await
    }

    async fn connect_with<T>(options: Options, url: &str, tls: T) -> Result<Self, PostgresError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let failed = |cause| PostgresError::new(Operation::Connect, cause);
        let names = Names::new(&options).map_err(|refusal| failed(refusal.into()))?;
        let connections = Connections::new(url, tls, &options).map_err(failed)?;
        let deadline = connections.deadline();
        let mut client = connections.take(deadline).await.map_err(failed)?;
        let migrated = timeout_at(deadline, migration::run(&mut client, &names, &options)).await;
        let late = Refusal::NoAnswer { waited: options.timeout };
        migrated
            .unwrap_or_else(|_| Err(late.into()))
            .map_err(|cause| PostgresError::new(Operation::Migrate, cause))?;
        drop(client);
        Ok(Self { connections, statements: Arc::new(Statements::new(&names)), options })
    }

    async fn ask(
        &self,
        operation: Operation,
        choose: fn(&Statements) -> &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, PostgresError> {
        self.connections.ask(operation, &self.statements, choose, values).await
    }
}

impl SendStore for PostgresStore {
    type Error = PostgresError;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, PostgresError> {
        let get = Get(Operation::Load);
        let longest = i32::try_from(buffer.len()).unwrap_or(i32::MAX);
        let values: Vec<Value> = vec![bytes(key), Box::new(longest)];
        let rows = self.ask(get.0, |statements| &statements.load, values).await?;
        let Some(row) = rows.first() else { return Ok(Loaded::Missing) };
        let meta = Meta::new(
            Revision::new(get.column::<i64>(row, 0)?.cast_unsigned()),
            Timestamp::from_millis(get.column::<i64>(row, 1)?.cast_unsigned()),
        );
        let len = usize::try_from(get.column::<i32>(row, 2)?).unwrap_or_default();
        let record: Option<&[u8]> = get.column(row, 3)?;
        if let Some((place, record)) = buffer.get_mut(..len).zip(record) {
            place.copy_from_slice(record);
        }
        Ok(Loaded::Found { len, meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, PostgresError> {
        let mut values = vec![bytes(key)];
        values.extend(written(&write));
        match self.ask(Operation::Create, |statements| &statements.create, values).await {
            Ok(rows) if rows.is_empty() => Ok(Created::Conflict),
            Ok(_) => Ok(Created::Stored),
            Err(error) if error.is_full() => Ok(Created::Full),
            Err(error) => Err(error),
        }
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, PostgresError> {
        let get = Get(Operation::Update);
        let mut values = vec![bytes(key), number(expected.get())];
        values.extend(written(&write));
        match self.ask(get.0, |statements| &statements.update, values).await {
            Ok(rows) => Ok(match rows.first() {
                Some(row) if get.column(row, 0)? => Updated::Stored,
                Some(row) if get.column(row, 1)? => Updated::Conflict,
                _ => Updated::Missing,
            }),
            Err(error) if error.is_full() => Ok(Updated::Full),
            Err(error) => Err(error),
        }
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, PostgresError> {
        let values = vec![bytes(key), number(seen.as_millis()), number(expires.as_millis())];
        let rows = self.ask(Operation::Touch, |statements| &statements.touch, values).await?;
        Ok(!rows.is_empty())
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, PostgresError> {
        let values = vec![bytes(key)];
        let rows = self.ask(Operation::Destroy, |statements| &statements.destroy, values).await?;
        Ok(!rows.is_empty())
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, PostgresError> {
        let get = Get(Operation::Sweep);
        let values = vec![number(now.as_millis()), count(limit)];
        let rows = self.ask(get.0, |statements| &statements.sweep, values).await?;
        let swept = rows.first().map_or(Ok(0), |row| get.column::<i64>(row, 0))?;
        Ok(usize::try_from(swept).unwrap_or_default())
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, PostgresError> {
        let get = Get(Operation::List);
        // Nothing is less than no bytes.
        let after = after.map(|after| after.as_bytes().to_vec()).unwrap_or_default();
        let principal = principal.as_bytes().to_vec();
        let values: Vec<Value> = vec![Box::new(principal), Box::new(after), count(keys.len())];
        let rows = self.ask(get.0, |statements| &statements.list, values).await?;
        for (place, row) in keys.iter_mut().zip(&rows) {
            let key: &[u8] = get.column(row, 0)?;
            *place = StoreKey::from_bytes(key.try_into().unwrap_or_default());
        }
        Ok(rows.len())
    }
}

/// Reads columns for an operation, whose failure it is if they are not what we made.
struct Get(Operation);

impl Get {
    fn column<'a, T: FromSql<'a>>(&self, row: &'a Row, column: usize) -> Result<T, PostgresError> {
        row.try_get(column).map_err(|error| PostgresError::new(self.0, error))
    }
}

/// What stands in a row from `seen` on.
fn written(write: &Write<'_>) -> [Value; 4] {
    [
        number(write.seen.as_millis()),
        number(write.expires.as_millis()),
        Box::new(write.principal.map(|principal| principal.as_bytes().to_vec())),
        Box::new(write.record.to_vec()),
    ]
}

fn bytes(key: &StoreKey) -> Value {
    Box::new(key.as_bytes().to_vec())
}

/// The server's integers have a sign; all bits of ours are kept.
fn number(number: u64) -> Value {
    Box::new(number.cast_signed())
}

fn count(limit: usize) -> Value {
    Box::new(i64::try_from(limit).unwrap_or(i64::MAX))
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("options", &self.options).finish_non_exhaustive()
    }
}
