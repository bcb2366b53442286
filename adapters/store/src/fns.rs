//! A store of functions: load, save, destroy, sweep.
//!
//! In: four functions that keep bytes under keys. Out: a [`SendStore`] of [level basic](Level::Basic). It refuses to
//! promise what it cannot see to: between its look at a value and its change of it, another request can change it too.

mod error;

mod value;

use core::future::{Future, Ready, ready};

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};

pub use error::FnStoreError;
pub use value::Value;

use crate::contract::{Created, ErrorKind, Loaded, SendStore, Store, Updated};
use crate::level::Level;
use crate::local::Local;
use crate::packed::{Head, Unreadable};

/// Makes a store out of four functions.
///
/// ```
/// use std::collections::BTreeMap;
/// use std::convert::Infallible;
/// use std::sync::{Mutex, PoisonError};
///
/// use sansession::StoreKey;
/// use sansession_store::{SendStore, Value, from_fns};
///
/// fn store(rows: &Mutex<BTreeMap<StoreKey, Vec<u8>>>) -> impl SendStore {
///     let rows = || rows.lock().unwrap_or_else(PoisonError::into_inner);
///     from_fns(
///         move |key| Ok::<_, Infallible>(rows().get(&key).cloned()),
///         move |key, value| {
///             rows().insert(key, value.parts().concat());
///             Ok(())
///         },
///         move |key| Ok(rows().remove(&key).is_some()),
///         move |now, _limit| {
///             let (mut rows, lives) = (rows(), |end| now < end);
///             let before = rows.len();
///             rows.retain(|_, value| Value::expires_of(value).is_none_or(lives));
///             Ok(before - rows.len())
///         },
///     )
/// }
/// # store(&Mutex::default());
/// ```
///
/// - `load(key)` gives the value that was saved last, or none. A [`StoreKey`] is 16 bytes that look random; its text
///   is 32 hexadecimal digits.
/// - `save(key, value)` puts the value in the place of whatever is there, all of it or nothing. The value ends after
///   [`Value::remaining`]: a hint for a database with an expiry of its own.
/// - `destroy(key)` takes the value away, durably, and says whether there was one.
/// - `sweep(now, limit)` takes expired values away and says how many. It may do nothing, if the database does it.
///
/// They block: a server's should be quick, or be [async](from_async_fns). A create, an update or a touch is a load and a
/// save; everything else is one call.
///
/// # What it cannot promise
///
/// Its [`LEVEL`](Store::LEVEL) is [`Level::Basic`]. An update is a load, a comparison and a save, so of two requests
/// that write at the same time the last writer wins, and what the other one wrote is lost, also if it was a logout or a
/// new id. A touch saves the whole value. There is no index: listing a principal's sessions is
/// [an error](FnStoreError::NoIndex), and so is logging out everywhere. Anything that is used by more than a few people
/// deserves a [`Store`] of its own, with a compare-and-swap.
///
/// # The value
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 1 | format: 1. Values of higher ones are left alone |
/// | 1 | 8 | revision |
/// | 9 | 6 | seen |
/// | 15 | 6 | expires |
/// | 21 | | the record |
///
/// Numbers are little-endian; times are milliseconds since the host's epoch. A value that is damaged is found as an
/// empty record, which the core calls corrupt; it is never updated.
#[expect(clippy::type_complexity, reason = "what a closure returns has a name only in its bounds")]
pub fn from_fns<V, E>(
    load: impl Fn(StoreKey) -> Result<Option<V>, E>,
    save: impl Fn(StoreKey, Value<'_>) -> Result<(), E>,
    destroy: impl Fn(StoreKey) -> Result<bool, E>,
    sweep: impl Fn(Timestamp, usize) -> Result<usize, E>,
) -> FnStore<
    impl Fn(StoreKey) -> Ready<Result<Option<V>, E>>,
    impl Fn(StoreKey, Value<'_>) -> Ready<Result<(), E>>,
    impl Fn(StoreKey) -> Ready<Result<bool, E>>,
    impl Fn(Timestamp, usize) -> Ready<Result<usize, E>>,
    E,
>
where
    V: AsRef<[u8]>,
    E: core::error::Error + 'static,
{
    from_async_fns(
        move |key| ready(load(key)),
        move |key, value: Value<'_>| ready(save(key, value)),
        move |key| ready(destroy(key)),
        move |now, limit| ready(sweep(now, limit)),
    )
}

/// Makes a store out of four functions that return futures; else as [`from_fns`].
///
/// ```
/// # use std::{convert::Infallible, sync::Arc};
/// # use sansession_store::{SendStore, from_async_fns};
/// # struct Pool;
/// # impl Pool {
/// #     async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, Infallible> { Ok(None) }
/// #     async fn set(&self, _: &str, _: Vec<u8>, _: u64) -> Result<(), Infallible> { Ok(()) }
/// #     async fn del(&self, _: &str) -> Result<u64, Infallible> { Ok(0) }
/// # }
/// fn store(pool: &Pool) -> impl SendStore {
///     from_async_fns(
///         move |key| async move { pool.get(&key.to_string()).await },
///         move |key, value| {
///             // The value is on loan: a future takes a copy with it.
///             let (value, left) = (value.parts().concat(), value.remaining().as_secs() + 1);
///             async move { pool.set(&key.to_string(), value, left).await }
///         },
///         move |key| async move { Ok(pool.del(&key.to_string()).await? > 0) },
///         // The database has an expiry of its own.
///         |_, _| async { Ok(0) },
///     )
/// }
/// # store(&Pool);
/// ```
///
/// Write `move |key| async move { … }`, and not `async move |key| { … }`. These are functions that return futures, and no
/// `AsyncFn`: a server's futures move between threads, and of what an `AsyncFn` returns that cannot be asked. Of a future
/// that has a type it can.
pub fn from_async_fns<L, LF, S, SF, D, DF, G, GF, V, E>(
    load: L,
    save: S,
    destroy: D,
    sweep: G,
) -> FnStore<L, S, D, G, E>
where
    L: Fn(StoreKey) -> LF,
    S: Fn(StoreKey, Value<'_>) -> SF,
    D: Fn(StoreKey) -> DF,
    G: Fn(Timestamp, usize) -> GF,
    LF: Future<Output = Result<Option<V>, E>>,
    SF: Future<Output = Result<(), E>>,
    DF: Future<Output = Result<bool, E>>,
    GF: Future<Output = Result<usize, E>>,
    V: AsRef<[u8]>,
    E: core::error::Error + 'static,
{
    FnStore { load, save, destroy, sweep, kind: |_| ErrorKind::Other }
}

/// A store of four functions: see [`from_fns`] and [`from_async_fns`].
///
/// It is a [`SendStore`] if the functions and their futures can be sent, and a [`Store`] in any case as [`Local`].
pub struct FnStore<L, S, D, G, E> {
    load: L,
    save: S,
    destroy: D,
    sweep: G,
    kind: fn(&E) -> ErrorKind,
}

impl<L, S, D, G, E> FnStore<L, S, D, G, E> {
    /// Says what the functions' errors are about; [`ErrorKind::Other`] if nobody does.
    #[must_use]
    pub fn error_kind(self, kind: fn(&E) -> ErrorKind) -> Self {
        Self { kind, ..self }
    }

    fn failed(&self, source: E) -> FnStoreError<E> {
        FnStoreError::Function { kind: (self.kind)(&source), source }
    }
}

/// The contract, as far as it goes. No value is held while a function is waited for.
impl<L, LF, S, SF, D, DF, G, GF, V, E> FnStore<L, S, D, G, E>
where
    L: Fn(StoreKey) -> LF,
    S: Fn(StoreKey, Value<'_>) -> SF,
    D: Fn(StoreKey) -> DF,
    G: Fn(Timestamp, usize) -> GF,
    LF: Future<Output = Result<Option<V>, E>>,
    SF: Future<Output = Result<(), E>>,
    DF: Future<Output = Result<bool, E>>,
    GF: Future<Output = Result<usize, E>>,
    V: AsRef<[u8]>,
    E: core::error::Error + 'static,
{
    async fn value(&self, key: &StoreKey) -> Result<Option<V>, FnStoreError<E>> {
        (self.load)(*key).await.map_err(|error| self.failed(error))
    }

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, FnStoreError<E>> {
        let Some(value) = self.value(key).await? else { return Ok(Loaded::Missing) };
        let (meta, record) = match Head::split(value.as_ref()) {
            Ok((head, record)) => (head.meta, record),
            Err(Unreadable::Damaged) => (Meta::new(Revision::FIRST, Timestamp::ZERO), &[][..]),
            Err(Unreadable::Newer(format)) => return Err(FnStoreError::Newer { format }),
        };
        if let Some(place) = buffer.get_mut(..record.len()) {
            place.copy_from_slice(record);
        }
        Ok(Loaded::Found { len: record.len(), meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, FnStoreError<E>> {
        if self.value(key).await?.is_some() {
            return Ok(Created::Conflict);
        }
        let head = Head { meta: Meta::new(Revision::FIRST, write.seen), time: write.expires };
        let saved = (self.save)(*key, Value::new(head, write.record, write.seen)).await;
        saved.map_err(|error| self.failed(error))?;
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, FnStoreError<E>> {
        let old = match self.value(key).await? {
            None => return Ok(Updated::Missing),
            Some(value) => match Head::split(value.as_ref()) {
                Ok((head, _)) => head.meta,
                Err(Unreadable::Damaged) => return Ok(Updated::Missing),
                Err(Unreadable::Newer(format)) => return Err(FnStoreError::Newer { format }),
            },
        };
        if old.revision != expected {
            return Ok(Updated::Conflict);
        }
        let meta = Meta::new(expected.next(), old.seen.max(write.seen));
        let value = Value::new(Head { meta, time: write.expires }, write.record, write.seen);
        (self.save)(*key, value).await.map_err(|error| self.failed(error))?;
        Ok(Updated::Stored)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, FnStoreError<E>> {
        let saving = match self.value(key).await? {
            None => return Ok(false),
            Some(value) => match Head::split(value.as_ref()) {
                Ok((old, _)) if seen <= old.meta.seen && expires <= old.time => return Ok(true),
                Ok((old, record)) => {
                    let meta = Meta::new(old.meta.revision, old.meta.seen.max(seen));
                    let head = Head { meta, time: old.time.max(expires) };
                    (self.save)(*key, Value::new(head, record, seen))
                }
                Err(Unreadable::Damaged) => return Ok(false),
                Err(Unreadable::Newer(format)) => return Err(FnStoreError::Newer { format }),
            },
        };
        saving.await.map_err(|error| self.failed(error))?;
        Ok(true)
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, FnStoreError<E>> {
        (self.destroy)(*key).await.map_err(|error| self.failed(error))
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, FnStoreError<E>> {
        (self.sweep)(now, limit).await.map_err(|error| self.failed(error))
    }

    /// To say that there is none would be a log-out-everywhere that ends nothing.
    #[expect(clippy::unused_self, reason = "it is a method of the contract")]
    fn list(
        &self,
        _: &str,
        _: Option<&StoreKey>,
        _: &mut [StoreKey],
    ) -> Ready<Result<usize, FnStoreError<E>>> {
        ready(Err(FnStoreError::NoIndex))
    }
}

impl<L, LF, S, SF, D, DF, G, GF, V, E> SendStore for FnStore<L, S, D, G, E>
where
    L: Fn(StoreKey) -> LF + Send + Sync,
    S: Fn(StoreKey, Value<'_>) -> SF + Send + Sync,
    D: Fn(StoreKey) -> DF + Send + Sync,
    G: Fn(Timestamp, usize) -> GF + Send + Sync,
    LF: Future<Output = Result<Option<V>, E>> + Send,
    SF: Future<Output = Result<(), E>> + Send,
    DF: Future<Output = Result<bool, E>> + Send,
    GF: Future<Output = Result<usize, E>> + Send,
    V: AsRef<[u8]>,
    E: core::error::Error + Send + Sync + 'static,
{
    type Error = FnStoreError<E>;

    const LEVEL: Level = Level::Basic;

    forward!(self: FnStore => self, FnStoreError<E>, Send);
}

impl<L, LF, S, SF, D, DF, G, GF, V, E> Store for Local<FnStore<L, S, D, G, E>>
where
    L: Fn(StoreKey) -> LF,
    S: Fn(StoreKey, Value<'_>) -> SF,
    D: Fn(StoreKey) -> DF,
    G: Fn(Timestamp, usize) -> GF,
    LF: Future<Output = Result<Option<V>, E>>,
    SF: Future<Output = Result<(), E>>,
    DF: Future<Output = Result<bool, E>>,
    GF: Future<Output = Result<usize, E>>,
    V: AsRef<[u8]>,
    E: core::error::Error + 'static,
{
    type Error = FnStoreError<E>;

    const LEVEL: Level = Level::Basic;

    forward!(self: FnStore => &self.0, FnStoreError<E>);
}
