//! The keeper: what keeps the sessions of a layer. A store, or the cookies themselves.
//!
//! In: cookies, or an exchange whose handler is done. Out: the open exchange, or what it came to, at once or when the
//! store has answered. All other files know neither stores nor transports.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderValue;
use sansession::{
    Active, CsrfToken, Ending, Reply, RngError, Sessions, Slot, Timestamp, Transport,
};
use sansession_store::StepLog;

use crate::error::SessionError;
use crate::headers;
use crate::refused::Refused;
use crate::rng::SysRng;

mod cookies;
mod store;

pub(crate) use cookies::InCookies;
pub(crate) use store::InStore;

pub(crate) trait Keeper: Send + Sync {
    /// The kind of sessions that it keeps.
    fn sessions(&self) -> &dyn Kind;

    /// Opens an exchange with the request's `Cookie` headers.
    fn open(
        &self,
        cookies: &[HeaderValue],
        now: Timestamp,
        slot: Box<Slot>,
    ) -> Work<'_, Result<Active<Box<Slot>>, Refused>>;

    /// Closes an exchange.
    fn close(
        self: Arc<Self>,
        active: Active<Box<Slot>>,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Work<'static, Finished>, Refused>;
}

/// Done at once, or when the store has answered.
pub(crate) enum Work<'a, T> {
    Done(T),
    Waits(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

/// An exchange that has been closed.
pub(crate) struct Finished {
    pub(crate) reply: Reply<Box<Slot>>,
    /// The last error of the store, also of a soft step.
    pub(crate) cause: Option<Arc<dyn Error + Send + Sync>>,
    /// What was asked of the store.
    pub(crate) steps: StepLog,
}

impl Finished {
    /// Nothing was asked of a store.
    pub(crate) fn at_once(reply: Reply<Box<Slot>>) -> Self {
        Self { reply, cause: None, steps: StepLog::default() }
    }
}

/// Sessions, whatever their transport.
pub(crate) trait Kind: fmt::Debug {
    fn csrf_token(&self, active: &mut Active<Box<Slot>>) -> Result<CsrfToken, SessionError>;

    fn verify_csrf(&self, active: &Active<Box<Slot>>, token: &str) -> bool;

    /// The value of the `Set-Cookie` header, if one is to be sent.
    fn set_cookie(&self, reply: &Reply<Box<Slot>>) -> Option<HeaderValue>;
}

impl<T: Transport> Kind for Sessions<T> {
    fn csrf_token(&self, active: &mut Active<Box<Slot>>) -> Result<CsrfToken, SessionError> {
        active.csrf_token(self, &mut SysRng).map_err(|_| SessionError::Rng)
    }

    fn verify_csrf(&self, active: &Active<Box<Slot>>, token: &str) -> bool {
        active.verify_csrf(self, token)
    }

    fn set_cookie(&self, reply: &Reply<Box<Slot>>) -> Option<HeaderValue> {
        reply.set_cookie(self).and_then(|cookie| headers::render(&cookie))
    }
}

fn without_randomness<E: Error + Send + Sync + 'static>(error: RngError<E>) -> Refused {
    Refused::Rng(Arc::new(error))
}
