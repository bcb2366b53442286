//! The exchange of one request: opened when a handler asks for its session, closed when the handler has answered.
//!
//! In: `Cookie` headers, and how the handler ended. Out: the [`Session`] or a refusal, and what goes with the answer. It
//! refuses to know HTTP servers.
//!
//! ```text
//! Unasked --- open() ---> Open ------ close() ---> Closed
//!    |  +---> Refused ----------------------------^   ^
//!    +------------------------------------------------+
//! ```

use core::cell::Cell;
use core::fmt;

use sansession::{Active, Ending, Outcome, RngError, Timestamp, Verdict};
use sansession_store::{Finished, OpenError, Store, close, open};

use crate::desk::Desk;
use crate::host::{Host, Waits};
use crate::page::Refusal;
use crate::refused::Refused;
use crate::report::Report;
use crate::session::Session;
use crate::settled::Settled;
use crate::slots::{Lease, Pool};

/// Expired records taken away after a sampled request.
const SWEEP: usize = 16;

/// One request's exchange. An adapter makes one for each request, and keeps it where the request's future is.
///
/// Dropped before it is closed, it changes nothing. Dropped while the store is at work, it leaves the old session, the new
/// one, or none.
pub struct Exchange<H: Host> {
    host: &'static H,
    pool: &'static dyn Pool,
    state: Cell<State>,
    /// When to sweep from, after the answer.
    sweep: Cell<Option<Timestamp>>,
}

#[derive(Clone, Copy)]
enum State {
    Unasked,
    Refused(Refusal, Outcome),
    Open(Session, Timestamp),
    Closed,
}

impl<H: Host> Exchange<H> {
    /// An exchange that nobody has asked for. It takes no slot and does not look at the clock.
    pub fn new(host: &'static H, pool: &'static dyn Pool) -> Self {
        Self { host, pool, state: Cell::new(State::Unasked), sweep: Cell::new(None) }
    }

    /// Opens the session with the values of the request's `Cookie` headers, in order, for the first who asks. All who
    /// ask later get the same. `path` is what the host may shape a refusal by.
    ///
    /// Dropped half-way, it has changed nothing, and the next one begins anew.
    ///
    /// # Errors
    /// The answer that takes the place of the handler's.
    pub async fn open<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
        path: &str,
    ) -> Result<Session, Refusal> {
        if let Some(known) = self.known(path) {
            return known;
        }
        let loaded = self.load(cookie_headers).await;
        // Who asked meanwhile may have been quicker: there is one exchange, and this one is dropped.
        if let Some(known) = self.known(path) {
            return known;
        }
        match loaded {
            Ok((active, desk, now)) => {
                let session = Session::new(desk, desk.lay(active), self.host);
                self.state.set(State::Open(session, now));
                Ok(session)
            }
            Err(refused) => {
                let refusal = self.refuse(None, &refused, path);
                self.state.set(State::Refused(refusal, refused.outcome()));
                Err(refusal)
            }
        }
    }

    /// What all who ask get, once somebody has.
    fn known(&self, path: &str) -> Option<Result<Session, Refusal>> {
        match self.state.get() {
            State::Unasked => None,
            State::Refused(refusal, _) => Some(Err(refusal)),
            State::Open(session, _) => Some(Ok(session)),
            State::Closed => Some(Err(self.refuse(None, &Refused::Closed, path))),
        }
    }

    async fn load<'h>(
        &self,
        cookie_headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<(Active<Lease>, &'static Desk, Timestamp), Refused<<H::Store as Store>::Error>>
    {
        let now = self.host.now().ok_or(Refused::NoTime)?;
        let (lease, desk) = self.pool.lend().ok_or(Refused::Exhausted)?;
        let begin = self.host.sessions().begin(cookie_headers, now, lease);
        let active = open(self.host.store(), begin).await.map_err(|error| match error {
            OpenError::Store(error) => Refused::Load(error),
            OpenError::Record(error) => Refused::Record(error),
            _ => Refused::Closed,
        })?;
        Ok((active, desk, now))
    }

    /// Closes the exchange: stores what the handler asked for, and says what goes with its answer, or in its place.
    ///
    /// `ending` is [`Ending::Failed`] for a 5xx, and `path` is what the host may shape a refusal by. Call it when the
    /// handler has answered, and before anything is sent.
    pub async fn close(&self, ending: Ending, path: &str) -> Settled<H> {
        match self.state.replace(State::Closed) {
            State::Unasked | State::Closed => Settled::unasked(self.host),
            State::Refused(_, outcome) => Settled::refused(self.host, None, outcome),
            State::Open(session, opened) => match session.shut() {
                Some(active) => self.finish(active, ending, opened, path).await,
                // Somebody works on it this very moment.
                None => self.unplanned(None, &Refused::Closed, path),
            },
        }
    }

    async fn finish(
        &self,
        active: Active<Lease>,
        ending: Ending,
        opened: Timestamp,
        path: &str,
    ) -> Settled<H> {
        let host = self.host;
        let (now, verdict) = (host.now().unwrap_or(opened), active.verdict());
        let end = host.sessions().finish(active, ending, now, &mut host.rng());
        let end = match end {
            Ok(end) => end,
            Err(RngError(_)) => return self.unplanned(Some(verdict), &Refused::Rng, path),
        };
        let finished = close(host.sessions(), host.store(), &Waits(host), end).await;
        self.sweep.set(finished.reply.sweep().then_some(now));
        self.settle(finished, path)
    }

    fn settle(
        &self,
        finished: Finished<Lease, <H::Store as Store>::Error>,
        path: &str,
    ) -> Settled<H> {
        let Finished { reply, cause, steps, .. } = finished;
        let (verdict, outcome) = (Some(reply.verdict()), reply.outcome());
        let (refused, upkeep) = if outcome.is_refusal() {
            let refused = match reply.record_error() {
                Some(error) => Refused::Record(error),
                None => Refused::Commit { outcome, cause },
            };
            (Some(refused), None)
        } else {
            (None, cause)
        };
        let refusal = refused.as_ref().map(|refused| self.shape(refused, path));
        let (refused, upkeep) = (refused.as_ref(), upkeep.as_ref());
        self.host.report(&Report { verdict, outcome, steps, refused, upkeep });
        let settled = Settled::refused(self.host, refusal, outcome);
        settled.with_reply(self.host, reply)
    }

    /// Of an exchange that could not be closed at all.
    fn unplanned(
        &self,
        verdict: Option<Verdict>,
        refused: &Refused<<H::Store as Store>::Error>,
        path: &str,
    ) -> Settled<H> {
        Settled::refused(self.host, Some(self.refuse(verdict, refused, path)), refused.outcome())
    }

    fn refuse(
        &self,
        verdict: Option<Verdict>,
        refused: &Refused<<H::Store as Store>::Error>,
        path: &str,
    ) -> Refusal {
        self.host.report(&Report::refused(verdict, refused));
        self.shape(refused, path)
    }

    fn shape(&self, refused: &Refused<<H::Store as Store>::Error>, path: &str) -> Refusal {
        Refusal::new(self.host.refuse(refused, path), refused.retry_after())
    }

    /// Takes expired records away, a bounded number, after a sampled share of exchanges. Call it when the answer has been
    /// sent. A failure is nobody's business: the next sweep does it.
    pub async fn sweep(&self) {
        if let Some(now) = self.sweep.take() {
            drop(self.host.store().sweep(now, SWEEP).await);
        }
    }
}

/// Also for a request that was dropped before the handler was done: it changes nothing (promise L16).
impl<H: Host> Drop for Exchange<H> {
    fn drop(&mut self) {
        if let State::Open(session, _) = self.state.get() {
            drop(session.shut());
        }
    }
}

/// Shows nothing of the session.
impl<H: Host> fmt::Debug for Exchange<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}
