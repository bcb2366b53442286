//! The handle: one request's exchange, shared by the layer and whoever asked for the session.
//!
//! ```text
//! Idle ----- first open() ----> Open ----- the handler is done ----> Closed
//!   +---------------- the handler is done, or dropped -----------------^
//! ```

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderValue;
use sansession::{Active, Slot};
use tokio::sync::OnceCell;

use crate::error::Closed;
use crate::host::Host;
use crate::keeper::{Kind, Work};
use crate::refused::Refused;

/// What the layer puts into the extensions of a request: a session that has not been asked for yet.
#[derive(Clone)]
pub(crate) struct Lazy(pub(crate) Arc<Handle>);

#[derive(Default)]
pub(crate) struct Handle {
    /// Absent while the handle is in the pool, which the host holds.
    host: Option<Arc<Host>>,
    /// The request's `Cookie` headers.
    cookies: Vec<HeaderValue>,
    /// What came of the first `open`; all others wait for it.
    opened: OnceCell<Result<(), Refused>>,
    /// Never locked across an await.
    state: Mutex<State>,
}

enum State {
    /// With a slot of an earlier request.
    Idle(Option<Box<Slot>>),
    Open(Active<Box<Slot>>),
    Closed,
}

impl Default for State {
    fn default() -> Self {
        Self::Idle(None)
    }
}

/// What the layer finds when the handler is done.
pub(crate) enum Shut {
    /// Nobody asked for the session.
    Unopened(Option<Box<Slot>>),
    /// Somebody did, and got this.
    Refused(Refused),
    Open(Active<Box<Slot>>),
}

impl Handle {
    /// Makes an idle handle ready for a request.
    pub(crate) fn prepare(&mut self, host: Arc<Host>, cookies: impl Iterator<Item = HeaderValue>) {
        self.host = Some(host);
        self.cookies.extend(cookies);
    }

    /// Forgets the request.
    pub(crate) fn reset(&mut self, slot: Option<Box<Slot>>) {
        self.host = None;
        self.cookies.clear();
        self.opened = OnceCell::new();
        self.state = Mutex::new(State::Idle(slot));
    }

    /// Opens the exchange, at most once; dropped half-way, the next caller begins anew.
    pub(crate) async fn open(&self) -> Result<(), Refused> {
        self.opened.get_or_init(|| self.load()).await.clone()
    }

    async fn load(&self) -> Result<(), Refused> {
        let host = self.host.as_deref().ok_or(Refused::Closed)?;
        let idle = match &mut *self.state() {
            State::Idle(slot) => slot.take(),
            State::Open(_) | State::Closed => return Err(Refused::Closed),
        };
        let slot = idle.unwrap_or_else(host.slots);
        let active = match host.keeper.open(&self.cookies, host.now(), slot) {
            Work::Done(opened) => opened,
            Work::Waits(load) => load.await,
        }?;
        let mut state = self.state();
        if matches!(*state, State::Closed) {
            return Err(Refused::Closed);
        }
        *state = State::Open(active);
        Ok(())
    }

    /// Works on the open exchange.
    pub(crate) fn with<R>(
        &self,
        work: impl FnOnce(&mut Active<Box<Slot>>, &dyn Kind) -> R,
    ) -> Result<R, Closed> {
        match (&mut *self.state(), &self.host) {
            (State::Open(active), Some(host)) => Ok(work(active, host.keeper.sessions())),
            _ => Err(Closed),
        }
    }

    /// Takes the exchange out. From here on it is closed for everybody.
    pub(crate) fn shut(&self) -> Shut {
        match (mem::replace(&mut *self.state(), State::Closed), self.opened.get()) {
            (State::Open(active), _) => Shut::Open(active),
            (_, Some(Err(refused))) => Shut::Refused(refused.clone()),
            (State::Idle(slot), _) => Shut::Unopened(slot),
            (State::Closed, _) => Shut::Unopened(None),
        }
    }

    /// A panic inside of `with` leaves an exchange that is whole: each of its operations is.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
