//! The session, as a handler has it.
//!
//! In: calls. Out: owned values. The rules are the core's; here is only the way there.

use core::fmt;

use sansession::{Active, CsrfToken};

use crate::desk::{Desk, Turn};
use crate::error::{Closed, SessionError};
use crate::host::Host;
use crate::slots::Lease;

mod data;
mod flash;
mod lifecycle;

/// The session of a request, for its handler: a value to copy and to hand on.
///
/// It is opened when a handler first asks for it, once per request; all copies are the same exchange. What is written is
/// stored after the handler has answered and before the head of the response is sent. From then on every copy answers
/// [`Closed`].
///
/// It is not `Send`: it stays with the task that handles the request.
#[derive(Clone, Copy)]
pub struct Session {
    desk: &'static Desk,
    turn: Turn,
    kind: &'static dyn Kind,
}

impl Session {
    pub(crate) fn new(desk: &'static Desk, turn: Turn, host: &'static impl Host) -> Self {
        Self { desk, turn, kind: host }
    }

    /// Works on the exchange itself, several operations in one go or with values borrowed from it.
    ///
    /// Inside of `work` the session is closed to its copies.
    ///
    /// # Errors
    /// [`Closed`] after the commit; `work` is not called.
    pub fn with<R>(&self, work: impl FnOnce(&mut Active<Lease>) -> R) -> Result<R, Closed> {
        self.desk.with(self.turn, work)
    }

    /// Takes the exchange out. From here on it is closed for everybody.
    pub(crate) fn shut(&self) -> Option<Active<Lease>> {
        self.desk.clear(self.turn)
    }
}

/// What a session needs of its host, whatever its type.
pub(crate) trait Kind {
    fn csrf_token(&self, active: &mut Active<Lease>) -> Result<CsrfToken, SessionError>;

    fn verify_csrf(&self, active: &Active<Lease>, token: &str) -> bool;
}

impl<H: Host> Kind for H {
    fn csrf_token(&self, active: &mut Active<Lease>) -> Result<CsrfToken, SessionError> {
        active.csrf_token(self.sessions(), &mut self.rng()).map_err(|_| SessionError::Rng)
    }

    fn verify_csrf(&self, active: &Active<Lease>, token: &str) -> bool {
        active.verify_csrf(self.sessions(), token)
    }
}

/// Shows nothing of the session.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}
