//! The store contract in SQL, on one connection.
//!
//! In: one call. Out: its answer. It refuses to know threads and futures. Each call is one statement, which SQLite does
//! completely or not at all; only an update that changed nothing asks a second one why.

use rusqlite::{Connection, OptionalExtension as _, Result, params};
use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Updated};

const LOAD: &str = "SELECT revision, seen, record FROM session WHERE key = ?1";

const CREATE: &str = "
    INSERT INTO session (key, revision, seen, expires, principal, record)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (key) DO NOTHING";

const UPDATE: &str = "
    UPDATE session
    SET revision = revision + 1, seen = max(seen, ?3), expires = ?4, principal = ?5, record = ?6
    WHERE key = ?1 AND revision = ?2";

const REVISION: &str = "SELECT revision FROM session WHERE key = ?1";

const TOUCH: &str = "
    UPDATE session SET seen = max(seen, ?2), expires = max(expires, ?3) WHERE key = ?1";

const DESTROY: &str = "DELETE FROM session WHERE key = ?1";

const SWEEP: &str = "
    DELETE FROM session WHERE key IN
        (SELECT key FROM session WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";

const LIST: &str = "
    SELECT key FROM session WHERE principal = ?1 AND key > ?2 ORDER BY key LIMIT ?3";

/// What is to be stored, on its way to another thread.
pub(crate) struct Row {
    record: Vec<u8>,
    seen: Timestamp,
    expires: Timestamp,
    principal: Option<String>,
}

impl Row {
    pub(crate) fn new(write: &Write<'_>) -> Self {
        Self {
            record: write.record.to_vec(),
            seen: write.seen,
            expires: write.expires,
            principal: write.principal.map(str::to_owned),
        }
    }
}

/// A record as it was found. Of one that is longer than asked for, only how long it is.
pub(crate) struct Found {
    pub(crate) len: usize,
    pub(crate) record: Vec<u8>,
    pub(crate) meta: Meta,
}

pub(crate) fn load(
    connection: &Connection,
    key: &StoreKey,
    longest: usize,
) -> Result<Option<Found>> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let found = statement.query_row([key.as_bytes()], |row| {
        let record = row.get_ref(2)?.as_blob()?;
        let meta = Meta::new(Revision::new(number(row.get(0)?)), timestamp(row.get(1)?));
        let len = record.len();
        Ok(Found { len, record: if len <= longest { record.to_vec() } else { Vec::new() }, meta })
    });
    found.optional()
}

pub(crate) fn create(connection: &Connection, key: &StoreKey, row: &Row) -> Result<Created> {
    let Row { record, seen, expires, principal } = row;
    let first = integer(Revision::FIRST.get());
    let values = params![key.as_bytes(), first, millis(*seen), millis(*expires), principal, record];
    let made = connection.prepare_cached(CREATE)?.execute(values)?;
    Ok(if made == 0 { Created::Conflict } else { Created::Stored })
}

pub(crate) fn update(
    connection: &Connection,
    key: &StoreKey,
    expected: Revision,
    row: &Row,
) -> Result<Updated> {
    let Row { record, seen, expires, principal } = row;
    let expected = integer(expected.get());
    let values =
        params![key.as_bytes(), expected, millis(*seen), millis(*expires), principal, record];
    loop {
        if connection.prepare_cached(UPDATE)?.execute(values)? != 0 {
            return Ok(Updated::Stored);
        }
        let mut statement = connection.prepare_cached(REVISION)?;
        let found = statement.query_row([key.as_bytes()], |row| row.get::<_, i64>(0)).optional()?;
        match found {
            None => return Ok(Updated::Missing),
            // Made by another process between the two: the answer is what it is now.
            Some(revision) if revision == expected => {}
            Some(_) => return Ok(Updated::Conflict),
        }
    }
}

pub(crate) fn touch(
    connection: &Connection,
    key: &StoreKey,
    seen: Timestamp,
    expires: Timestamp,
) -> Result<bool> {
    let values = params![key.as_bytes(), millis(seen), millis(expires)];
    Ok(connection.prepare_cached(TOUCH)?.execute(values)? != 0)
}

pub(crate) fn destroy(connection: &Connection, key: &StoreKey) -> Result<bool> {
    Ok(connection.prepare_cached(DESTROY)?.execute([key.as_bytes()])? != 0)
}

pub(crate) fn sweep(connection: &Connection, now: Timestamp, limit: usize) -> Result<usize> {
    connection.prepare_cached(SWEEP)?.execute(params![millis(now), count(limit)])
}

pub(crate) fn list(
    connection: &Connection,
    principal: &str,
    after: Option<&StoreKey>,
    limit: usize,
) -> Result<Vec<StoreKey>> {
    // Nothing is less than no bytes.
    let after = after.map_or(&[][..], |after| after.as_bytes());
    let mut statement = connection.prepare_cached(LIST)?;
    let keys = statement.query_map(params![principal, after, count(limit)], |row| {
        row.get(0).map(StoreKey::from_bytes)
    })?;
    keys.collect()
}

/// `SQLite`'s integers have a sign; all bits of ours are kept.
fn integer(number: u64) -> i64 {
    number.cast_signed()
}

fn number(integer: i64) -> u64 {
    integer.cast_unsigned()
}

fn millis(time: Timestamp) -> i64 {
    integer(time.as_millis())
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millis(number(millis))
}

/// A limit; none of ours is negative, which would be none at all.
fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
