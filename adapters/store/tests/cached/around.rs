//! A store with something done around its calls.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::task::Poll;

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, ErrorKind, Level, Loaded, Store, StoreError, Updated};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Call {
    Load,
    Create,
    Update,
    Touch,
    Destroy,
    Sweep,
    List,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Moment {
    Before(Call),
    After(Call),
}

/// Calls `act` before and after each call, with the key that it is about. If it says so, the call fails.
pub(crate) struct Around<S, F> {
    pub(crate) inner: S,
    pub(crate) act: F,
}

/// The call was made to fail.
#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl Error for Broken {}

impl StoreError for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

/// Lets others go first.
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl<S, F> Around<S, F>
where
    S: Store,
    F: AsyncFn(&S, Moment, Option<&StoreKey>) -> Result<(), Broken>,
{
    async fn call<T>(
        &self,
        call: Call,
        key: Option<&StoreKey>,
        inner: impl AsyncFnOnce() -> Result<T, S::Error>,
    ) -> Result<T, Broken> {
        (self.act)(&self.inner, Moment::Before(call), key).await?;
        let answer = inner().await.map_err(|_| Broken);
        (self.act)(&self.inner, Moment::After(call), key).await?;
        answer
    }
}

impl<S, F> Store for Around<S, F>
where
    S: Store,
    F: AsyncFn(&S, Moment, Option<&StoreKey>) -> Result<(), Broken>,
{
    type Error = Broken;

    const LEVEL: Level = S::LEVEL;

    const CACHED: bool = S::CACHED;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Broken> {
        let load = async || self.inner.load(key, buffer, freshness).await;
        self.call(Call::Load, Some(key), load).await
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Broken> {
        let create = async || self.inner.create(key, write).await;
        self.call(Call::Create, Some(key), create).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Broken> {
        let update = async || self.inner.update(key, expected, write).await;
        self.call(Call::Update, Some(key), update).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Broken> {
        let touch = async || self.inner.touch(key, seen, expires).await;
        self.call(Call::Touch, Some(key), touch).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Broken> {
        let destroy = async || self.inner.destroy(key).await;
        self.call(Call::Destroy, Some(key), destroy).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Broken> {
        let sweep = async || self.inner.sweep(now, limit).await;
        self.call(Call::Sweep, None, sweep).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Broken> {
        let list = async || self.inner.list(principal, after, keys).await;
        self.call(Call::List, None, list).await
    }
}
