//! A store that fails when it is told to.

use std::cell::Cell;
use std::fmt;
use std::future::pending;

use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, ErrorKind, Freshness, Loaded, Store, StoreError, Updated};

/// What goes wrong with a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It fails, and nothing was done.
    Refused,
    /// It is done, and its answer is lost.
    Unanswered,
    /// It is done, its answer is lost, and the client tries again by itself and hears of a conflict.
    Repeated,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it was done.
    DiesAfter,
    /// There is no room; nothing was done.
    Full,
}

/// The error of [`Faulty`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("injected")
    }
}

impl std::error::Error for Fault {}

impl StoreError for Fault {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

/// A store around another, with a fault at one call.
#[derive(Debug)]
pub struct Faulty<S> {
    /// The store that works.
    pub inner: S,
    plan: Cell<Option<(usize, How)>>,
}

impl<S: Store> Faulty<S> {
    /// Without a fault for now.
    pub const fn new(inner: S) -> Self {
        Self { inner, plan: Cell::new(None) }
    }

    /// Lets the call go wrong that comes after `calls` others.
    pub fn after(&self, calls: usize, how: How) {
        self.plan.set(Some((calls, how)));
    }

    /// No fault any more; true if one was still to come.
    pub fn heal(&self) -> bool {
        self.plan.take().is_some()
    }

    fn next(&self) -> Option<How> {
        let (calls, how) = self.plan.get()?;
        self.plan.set(calls.checked_sub(1).map(|left| (left, how)));
        (calls == 0).then_some(how)
    }

    /// Does `call` as the plan has it. `conflict` and `full` are what the store says then, where it can.
    async fn run<T>(
        &self,
        call: impl Future<Output = T>,
        conflict: Option<T>,
        full: Option<T>,
    ) -> Result<T, Fault> {
        match self.next() {
            None => Ok(call.await),
            Some(How::Refused) => Err(Fault),
            Some(How::Unanswered) => {
                call.await;
                Err(Fault)
            }
            Some(How::Repeated) => {
                call.await;
                conflict.ok_or(Fault)
            }
            Some(How::DiesBefore) => pending().await,
            Some(How::DiesAfter) => {
                call.await;
                pending().await
            }
            Some(How::Full) => full.ok_or(Fault),
        }
    }
}

/// The inner store never fails by itself.
impl<S: Store<Error = std::convert::Infallible>> Store for Faulty<S> {
    type Error = Fault;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Fault> {
        flat(self.run(self.inner.load(key, buffer, freshness), None, None).await)
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Fault> {
        let call = self.inner.create(key, write);
        flat(self.run(call, Some(Ok(Created::Conflict)), Some(Ok(Created::Full))).await)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Fault> {
        let call = self.inner.update(key, expected, write);
        flat(self.run(call, Some(Ok(Updated::Conflict)), Some(Ok(Updated::Full))).await)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Fault> {
        flat(self.run(self.inner.touch(key, seen, expires), None, None).await)
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Fault> {
        flat(self.run(self.inner.destroy(key), Some(Ok(false)), None).await)
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Fault> {
        flat(self.run(self.inner.sweep(now, limit), None, None).await)
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Fault> {
        flat(self.run(self.inner.list(principal, after, keys), None, None).await)
    }
}

fn flat<T>(result: Result<Result<T, std::convert::Infallible>, Fault>) -> Result<T, Fault> {
    result.map(|Ok(value)| value)
}
