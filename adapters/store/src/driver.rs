//! The driver: asks a store what the machine wants to know, and does what it wants done. It decides nothing.

use core::fmt;
use core::future::Future;
use core::ops::DerefMut;

use sansession::{
    Ack, Active, Begin, Closing, End, Freshness, RecordError, Reply, Sessions, Slot, Step, Stored,
};

use crate::contract::{Created, Loaded, Store, StoreError, Updated};

/// Why an exchange could not be opened. Nothing has happened; the host answers with an error, never with a new session.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError<E> {
    /// The store failed.
    Store(E),
    /// The stored record is not for this build, or not for this slot.
    Record(RecordError),
}

impl<E> fmt::Display for OpenError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(_) => f.write_str("the session store failed to load"),
            Self::Record(_) => f.write_str("the stored session cannot be used here"),
        }
    }
}

impl<E: StoreError + 'static> core::error::Error for OpenError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Record(error) => Some(error),
        }
    }
}

/// Loads what [`Sessions::begin`] asks for.
///
/// # Errors
/// [`OpenError`]; the exchange is over and nothing was changed.
pub async fn open<S, B>(
    sessions: &Sessions<Stored>,
    store: &S,
    mut begin: Begin<B>,
) -> Result<Active<B>, OpenError<S::Error>>
where
    S: Store,
    B: DerefMut<Target = Slot>,
{
    loop {
        let mut loading = match begin {
            Begin::Ready(active) => return Ok(active),
            Begin::Load(loading) => loading,
        };
        let (key, buffer, asked) = loading.request();
        let loaded = store.load(&key, buffer, asked).await.map_err(OpenError::Store)?;
        let freshness = if S::CACHED { asked } else { Freshness::Latest };
        begin = match loaded {
            Loaded::Found { len, meta } => loading.found(sessions, len, meta, freshness),
            Loaded::Missing => loading.missing(freshness),
        }
        .map_err(OpenError::Record)?;
    }
}

/// Waits before a lost update is tried again: a growing random time, so that racing requests come apart.
///
/// `attempt` counts from 1. A host with a timer implements it; [`NoPause`] does not wait.
pub trait Pause {
    /// Waits.
    fn pause(&self, attempt: u8) -> impl Future<Output = ()>;
}

/// [`Pause`] whose future is `Send`; whatever implements it is a [`Pause`] too.
pub trait SendPause: Send + Sync {
    /// Waits.
    fn pause(&self, attempt: u8) -> impl Future<Output = ()> + Send;
}

impl<P: SendPause> Pause for P {
    fn pause(&self, attempt: u8) -> impl Future<Output = ()> {
        SendPause::pause(self, attempt)
    }
}

/// Does not wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPause;

impl SendPause for NoPause {
    async fn pause(&self, _: u8) {}
}

/// The name of a step, for logs and counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StepName {
    /// A record was created.
    Create,
    /// A record was replaced.
    Update,
    /// The time of last use was raised.
    Touch,
    /// A record was taken away.
    Destroy,
    /// A record was loaded again, after a conflict or a failure.
    Load,
}

/// The steps of one closing, in order. Holds the first sixteen.
#[derive(Clone, Copy, Debug, Default)]
pub struct StepLog {
    steps: [Option<StepName>; 16],
}

impl StepLog {
    /// The steps, in order.
    pub fn iter(&self) -> impl Iterator<Item = StepName> {
        self.steps.iter().map_while(|step| *step)
    }

    fn push(&mut self, step: StepName) {
        if let Some(place) = self.steps.iter_mut().find(|place| place.is_none()) {
            *place = Some(step);
        }
    }
}

/// An exchange that has been closed: the reply, and what the store said if it failed.
#[must_use = "the reply carries the Set-Cookie and says whether the exchange was refused"]
#[derive(Debug)]
#[non_exhaustive]
pub struct Finished<B: DerefMut<Target = Slot>, E> {
    /// What goes back to the browser.
    pub reply: Reply<B>,
    /// The last error of the store, also of a soft step; [`Outcome::is_refusal`](sansession::Outcome::is_refusal)
    /// says whether it matters to the answer.
    pub cause: Option<E>,
    /// What was asked of the store.
    pub steps: StepLog,
}

impl<B: DerefMut<Target = Slot>, E> Finished<B, E> {
    /// Of an exchange that ended at once, with [`End::Done`]: the store was asked nothing.
    pub fn at_once(reply: Reply<B>) -> Self {
        Self { reply, cause: None, steps: StepLog::default() }
    }
}

/// Carries out the steps of a closing exchange.
///
/// Dropped between two steps it leaves the old session, the new one, or none, never two (promise S2).
pub async fn close<S, B, P>(
    sessions: &Sessions<Stored>,
    store: &S,
    pause: &P,
    mut end: End<B>,
) -> Finished<B, S::Error>
where
    S: Store,
    B: DerefMut<Target = Slot>,
    P: Pause,
{
    let mut cause = None;
    let mut steps = StepLog::default();
    let mut attempt = 0_u8;
    loop {
        let mut closing = match end {
            End::Done(reply) => return Finished { reply, cause, steps },
            End::Step(closing) => closing,
        };
        let ack = match ask(store, pause, &mut attempt, &mut closing, &mut steps).await {
            Ok(ack) => ack,
            Err(error) => {
                cause = Some(error);
                Ack::Failed
            }
        };
        end = closing.handle(sessions, ack);
    }
}

async fn ask<S, B, P>(
    store: &S,
    pause: &P,
    attempt: &mut u8,
    closing: &mut Closing<B>,
    log: &mut StepLog,
) -> Result<Ack, S::Error>
where
    S: Store,
    B: DerefMut<Target = Slot>,
    P: Pause,
{
    Ok(match closing.step() {
        Step::Create { key, write } => {
            log.push(StepName::Create);
            match store.create(key, write).await? {
                Created::Stored => Ack::Stored,
                Created::Conflict => Ack::Conflict,
                Created::Full => Ack::Full,
            }
        }
        Step::Update { key, expected, write } => {
            log.push(StepName::Update);
            match store.update(key, expected, write).await? {
                Updated::Stored => Ack::Stored,
                Updated::Conflict => Ack::Conflict,
                Updated::Missing => Ack::Missing,
                Updated::Full => Ack::Full,
            }
        }
        Step::Touch { key, seen, expires } => {
            log.push(StepName::Touch);
            if store.touch(key, seen, expires).await? { Ack::Stored } else { Ack::Missing }
        }
        Step::Destroy { key } => {
            log.push(StepName::Destroy);
            if store.destroy(key).await? { Ack::Stored } else { Ack::Missing }
        }
        Step::Load { key, buffer } => {
            log.push(StepName::Load);
            *attempt = attempt.saturating_add(1);
            pause.pause(*attempt).await;
            match store.load(key, buffer, Freshness::Latest).await? {
                Loaded::Found { len, meta } => Ack::Found { len, meta },
                Loaded::Missing => Ack::Missing,
            }
        }
        _ => Ack::Failed,
    })
}
