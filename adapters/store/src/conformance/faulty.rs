//! A store with a fault in it.
//!
//! In: a store, and which call is to go wrong in which way. Out: a store that does. It refuses to know what follows
//! from that.

use core::fmt;
use core::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};

use crate::contract::{Created, ErrorKind, Loaded, Store, StoreError, Updated};
use crate::level::Level;

/// What goes wrong with a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// It fails, and nothing is done.
    Fail,
    /// It is done, and the answer is lost: it fails.
    LoseAnswer,
    /// It is done, the answer is lost, and a client library asks again: the answer is that of the second time.
    Repeat,
    /// It never ends, and nothing is done. Whoever waits drops it.
    Hang,
    /// It is done, and never ends.
    HangAfter,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 5] =
        [Self::Fail, Self::LoseAnswer, Self::Repeat, Self::Hang, Self::HangAfter];
}

/// A store in which one call goes wrong.
///
/// It serves as it is until it is [armed](Faulty::arm), and again once the fault has happened. Over any store it is a
/// [`Store`] and not a [`SendStore`](crate::SendStore).
#[derive(Debug)]
pub struct Faulty<S> {
    store: S,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Calls until the fault, and the fault.
    armed: Option<(usize, Fault)>,
    hung: bool,
    written: Vec<(StoreKey, Vec<u8>)>,
}

impl<S> Faulty<S> {
    /// Wraps a store; nothing goes wrong yet.
    pub fn new(store: S) -> Self {
        Self { store, state: Mutex::default() }
    }

    /// Lets a call go wrong: the next one if `skip` is 0. Forgets what was written before.
    pub fn arm(&self, skip: usize, fault: Fault) {
        *self.state() = State { armed: Some((skip, fault)), ..State::default() };
    }

    /// Whether the fault is still to come. Calls go well from here on.
    pub fn disarm(&self) -> bool {
        self.state().armed.take().is_some()
    }

    /// Whether a call hangs, so that waiting for it is in vain.
    pub fn hangs(&self) -> bool {
        self.state().hung
    }

    /// The records that create and update were given since the store was armed, done or not.
    pub fn written(&self) -> Vec<(StoreKey, Vec<u8>)> {
        self.state().written.clone()
    }

    /// The store inside, where nothing goes wrong.
    pub fn inner(&self) -> &S {
        &self.store
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call; the fault, if this is the one that goes wrong.
    fn fault(&self) -> Option<Fault> {
        let armed = &mut self.state().armed;
        match armed {
            Some((0, _)) => armed.take().map(|(_, fault)| fault),
            Some((skip, _)) => {
                *skip -= 1;
                None
            }
            None => None,
        }
    }

    async fn hang(&self) -> ! {
        self.state().hung = true;
        match pending::<core::convert::Infallible>().await {}
    }
}

impl<S: Store> Faulty<S> {
    /// Makes a call, or lets it go wrong.
    async fn call<T>(
        &self,
        mut call: impl AsyncFnMut() -> Result<T, S::Error>,
    ) -> Result<T, FaultyError<S::Error>> {
        match self.fault() {
            None => {}
            Some(Fault::Fail) => return Err(FaultyError::Injected),
            Some(Fault::Hang) => {
                self.hang().await;
            }
            Some(Fault::LoseAnswer) => {
                call().await?;
                return Err(FaultyError::Injected);
            }
            Some(Fault::HangAfter) => {
                call().await?;
                self.hang().await;
            }
            Some(Fault::Repeat) => {
                call().await?;
            }
        }
        Ok(call().await?)
    }
}

impl<S: Store> Store for Faulty<S> {
    type Error = FaultyError<S::Error>;

    const CACHED: bool = S::CACHED;

    const LEVEL: Level = S::LEVEL;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Self::Error> {
        self.call(async || self.store.load(key, buffer, freshness).await).await
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Self::Error> {
        self.state().written.push((*key, write.record.into()));
        self.call(async || self.store.create(key, write).await).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Self::Error> {
        self.state().written.push((*key, write.record.into()));
        self.call(async || self.store.update(key, expected, write).await).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Self::Error> {
        self.call(async || self.store.touch(key, seen, expires).await).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Self::Error> {
        self.call(async || self.store.destroy(key).await).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Self::Error> {
        self.call(async || self.store.sweep(now, limit).await).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Self::Error> {
        self.call(async || self.store.list(principal, after, keys).await).await
    }
}

/// An error of [`Faulty`].
#[derive(Debug)]
#[non_exhaustive]
pub enum FaultyError<E> {
    /// The fault that was asked for.
    Injected,
    /// The store inside failed by itself.
    Store(E),
}

impl<E> From<E> for FaultyError<E> {
    fn from(error: E) -> Self {
        Self::Store(error)
    }
}

impl<E> fmt::Display for FaultyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Injected => f.write_str("a fault that was asked for"),
            Self::Store(_) => f.write_str("the store inside failed"),
        }
    }
}

impl<E: StoreError + 'static> core::error::Error for FaultyError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Injected => None,
            Self::Store(error) => Some(error),
        }
    }
}

impl<E: StoreError + 'static> StoreError for FaultyError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Injected => ErrorKind::Timeout,
            Self::Store(error) => error.kind(),
        }
    }
}
