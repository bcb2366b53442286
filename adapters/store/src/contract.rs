//! What a store does: the contract, in two forms.
//!
//! [`Store`] is the contract. [`SendStore`] is the same with futures that are `Send`, for servers; whatever implements
//! it is a [`Store`] too.

use core::fmt;
use core::future::Future;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};

use crate::level::Level;

/// What a failed store call was about, for hosts that answer or retry by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The store cannot be reached.
    Unavailable,
    /// It did not answer in time; what was asked may have been done.
    Timeout,
    /// What it holds, or answered, makes no sense.
    Corrupt,
    /// It is reachable but not set up for this use.
    Misconfigured,
    /// Anything else.
    Other,
}

/// An error of a store: what it was about, and its cause as its `source`.
pub trait StoreError: core::error::Error {
    /// What the failure was about.
    fn kind(&self) -> ErrorKind;
}

/// A store that cannot fail.
impl StoreError for core::convert::Infallible {
    fn kind(&self) -> ErrorKind {
        match *self {}
    }
}

/// What [`Store::load`] found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loaded {
    /// The record has `len` bytes. They are in the buffer, unless they are more than it takes: then nothing was read.
    Found {
        /// Bytes of the record.
        len: usize,
        /// What stands beside it.
        meta: Meta,
    },
    /// There is no such record.
    Missing,
}

/// What came of [`Store::create`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Created {
    /// Stored, durably.
    Stored,
    /// The key is taken; what is there is as it was.
    Conflict,
    /// There is no room.
    Full,
}

/// What came of [`Store::update`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Updated {
    /// Stored, durably, with the next revision.
    Stored,
    /// The revision is another; what is there is as it was.
    Conflict,
    /// There is no such record, and none was made.
    Missing,
    /// There is no room; what is there is as it was.
    Full,
}

macro_rules! contract {
    ($(#[$doc:meta])* $name:ident, $future:ident $(+ $send:ident)?; $($bound:tt)*) => {
        $(#[$doc])*
        pub trait $name $($bound)* {
            /// What can go wrong.
            type Error: StoreError $(+ $send + Sync)? + 'static;

            /// Whether an answer to [`Freshness::Cached`] may be older than the latest acknowledged write. The core
            /// then asks again before it takes "no" for an answer.
            const CACHED: bool = false;

            /// How much of the contract the store keeps. One that wraps another has that one's level.
            const LEVEL: Level = Level::Full;

            /// Reads a record into `buffer`. An expired one may still be found; the core judges it.
            fn load(
                &self,
                key: &StoreKey,
                buffer: &mut [u8],
                freshness: Freshness,
            ) -> impl $future<Output = Result<Loaded, Self::Error>> $(+ $send)?;

            /// Stores a new record with [`Revision::FIRST`]. It never overwrites one, not even an expired one.
            ///
            /// With a principal, the index entry is there before the record is.
            fn create(
                &self,
                key: &StoreKey,
                write: Write<'_>,
            ) -> impl $future<Output = Result<Created, Self::Error>> $(+ $send)?;

            /// Replaces the record if its revision is `expected`, in one step, and counts the revision up. It never
            /// makes a record. `seen` only ever rises; `expires` is as given.
            ///
            /// A client library must not ask again on its own when an answer was lost: this exchange's changes would be
            /// made a second time, over what others did in between.
            fn update(
                &self,
                key: &StoreKey,
                expected: Revision,
                write: Write<'_>,
            ) -> impl $future<Output = Result<Updated, Self::Error>> $(+ $send)?;

            /// Raises `seen` and `expires` to at least these, each by itself; bytes and revision stay. Only an update
            /// lowers `expires`. False if there is no such record, and none is made.
            fn touch(
                &self,
                key: &StoreKey,
                seen: Timestamp,
                expires: Timestamp,
            ) -> impl $future<Output = Result<bool, Self::Error>> $(+ $send)?;

            /// Takes the record away, whatever its revision, durably before it answers; then its index entry. False
            /// if there is no such record.
            fn destroy(&self, key: &StoreKey) -> impl $future<Output = Result<bool, Self::Error>> $(+ $send)?;

            /// Takes away up to `limit` records whose `expires` is at or before `now`; says how many. No other record
            /// is touched.
            fn sweep(
                &self,
                now: Timestamp,
                limit: usize,
            ) -> impl $future<Output = Result<usize, Self::Error>> $(+ $send)?;

            /// Lists store keys of `principal` in ascending order, those after `after`, into `keys`; says how many
            /// there are now. A key may be stale: its record gone or bound to somebody else. None is missing.
            fn list(
                &self,
                principal: &str,
                after: Option<&StoreKey>,
                keys: &mut [StoreKey],
            ) -> impl $future<Output = Result<usize, Self::Error>> $(+ $send)?;
        }
    };
}

contract! {
    /// Keeps records. See the [crate docs](crate) for who asks it, and the conformance kit for what is checked.
    ///
    /// A call that was answered is done; one that was dropped or failed was done completely or not at all.
    Store, Future;
}

contract! {
    /// [`Store`] for servers: shared between threads, with futures that can move between them.
    SendStore, Future + Send; : Send + Sync
}

impl<S: SendStore> Store for S {
    type Error = S::Error;

    const CACHED: bool = S::CACHED;

    const LEVEL: Level = S::LEVEL;

    forward!(self: SendStore => self, S::Error);
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Corrupt => "corrupt",
            Self::Misconfigured => "misconfigured",
            Self::Other => "other",
        })
    }
}
