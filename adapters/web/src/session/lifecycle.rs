//! Whose the session is, how long it lives, and what it proves.

use core::time::Duration;

use sansession::{Active, CsrfToken, Revision, StoreKey, Timestamp, Verdict};

use crate::error::SessionError;
use crate::session::Session;

/// Life cycle.
impl Session {
    /// Gives the session a new id; the old one is dead once this is stored. Without a session it does nothing.
    pub fn regenerate(&self) -> Result<(), SessionError> {
        Ok(self.with(Active::regenerate)?)
    }

    /// Ends the session: a logout. What is written from here on goes to a new session.
    pub fn invalidate(&self) -> Result<(), SessionError> {
        Ok(self.with(Active::invalidate)?)
    }

    /// Binds the session to a principal (a user id of 1 to 255 bytes), under a new id and a new absolute deadline.
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn login(&self, principal: &str) -> Result<(), SessionError> {
        Ok(self.with(|active| active.login(principal))??)
    }

    /// Sets this session's own time-outs.
    ///
    /// # Errors
    /// [`SessionError::Config`]; the session is as before.
    pub fn set_lifetime(&self, idle: Duration, absolute: Duration) -> Result<(), SessionError> {
        Ok(self.with(|active| active.set_lifetime(idle, absolute))??)
    }
}

/// What is known of the session. Whom it is bound to is read in [`Session::with`].
impl Session {
    /// What the cookies of the request turned out to be.
    pub fn verdict(&self) -> Result<Verdict, SessionError> {
        Ok(self.with(|active| active.verdict())?)
    }

    /// Whether the session is bound to somebody, by a [`login`](Session::login) of this request too.
    pub fn is_bound(&self) -> Result<bool, SessionError> {
        Ok(self.with(|active| active.principal().is_some())?)
    }

    /// The name of the open session in listings; never its id.
    pub fn handle(&self) -> Result<Option<StoreKey>, SessionError> {
        Ok(self.with(|active| active.handle())?)
    }

    /// The name of the session that the verdict `obsolete` is about; the host may end it.
    pub fn obsolete(&self) -> Result<Option<StoreKey>, SessionError> {
        Ok(self.with(|active| active.obsolete())?)
    }

    /// The revision that the open session was loaded with.
    pub fn revision(&self) -> Result<Option<Revision>, SessionError> {
        Ok(self.with(|active| active.revision())?)
    }

    /// When the open session, or its last login, began.
    pub fn created(&self) -> Result<Option<Timestamp>, SessionError> {
        Ok(self.with(|active| active.created())?)
    }

    /// The absolute deadline of the open session.
    pub fn deadline(&self) -> Result<Option<Timestamp>, SessionError> {
        Ok(self.with(|active| active.deadline())?)
    }
}

/// CSRF tokens.
impl Session {
    /// Makes a token for this session's forms, after the last `login`, `regenerate`, `invalidate` or first write of the
    /// request: they change it.
    ///
    /// # Errors
    /// [`SessionError::Rng`]; no token.
    pub fn csrf_token(&self) -> Result<CsrfToken, SessionError> {
        self.with(|active| self.kind.csrf_token(active))?
    }

    /// Whether `token` was made for the session that this request came with. Ask before `login`, `regenerate` and
    /// `invalidate`.
    pub fn verify_csrf(&self, token: &str) -> Result<bool, SessionError> {
        Ok(self.with(|active| self.kind.verify_csrf(active, token))?)
    }
}
