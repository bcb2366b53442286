//! The layer: gives each request an exchange that nobody has asked for yet.
//!
//! In: a request. Out: the handlers' state, in which [`Session`](crate::Session) finds it.

use core::fmt;

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::RequestParts;
use picoserve::response::ResponseWriter;
use picoserve::routing::{Layer, Next};
use sansession_web::{Exchange, Host, Pool};

use crate::commit::Commit;

/// Puts sessions around a router. See the [crate docs](crate) for an example.
pub struct SessionLayer<H: Host> {
    host: &'static H,
    pool: &'static dyn Pool,
}

impl<H: Host> SessionLayer<H> {
    /// A layer over what the host gives, for as many requests with a session at once as there are
    /// [slots](sansession_web::Slots).
    pub const fn new(host: &'static H, slots: &'static dyn Pool) -> Self {
        Self { host, pool: slots }
    }
}

impl<H: Host> Clone for SessionLayer<H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H: Host> Copy for SessionLayer<H> {}

impl<H: Host> fmt::Debug for SessionLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer")
            .field("sessions", self.host.sessions())
            .finish_non_exhaustive()
    }
}

impl<S: Clone, P, H: Host> Layer<S, P> for SessionLayer<H> {
    type NextState = WithSession<S, H>;
    type NextPathParameters = P;

    async fn call_layer<'a, R, N, W>(
        &self,
        next: N,
        state: &S,
        path_parameters: P,
        parts: RequestParts<'_>,
        response_writer: W,
    ) -> Result<ResponseSent, W::Error>
    where
        R: Read + 'a,
        N: Next<'a, R, Self::NextState, P>,
        W: ResponseWriter<Error = R::Error>,
    {
        let exchange = Exchange::new(self.host, self.pool);
        let state = WithSession { state: state.clone(), exchange };
        let writer = Commit::new(&state.exchange, parts.path().encoded(), response_writer);
        let sent = next.run(&state, path_parameters, writer).await?;
        state.exchange.sweep().await;
        Ok(sent)
    }
}

/// The state of the handlers inside of a [`SessionLayer`]: the application's own, and the request's exchange.
///
/// The application's is cloned for each request, so on a device it is a reference or empty. Inside of the layer, handlers
/// take it with this crate's [`State`](crate::State).
pub struct WithSession<S, H: Host> {
    state: S,
    pub(crate) exchange: Exchange<H>,
}

impl<S, H: Host> WithSession<S, H> {
    /// The application's own state.
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// The request's exchange, for who handles requests without extractors.
    pub const fn exchange(&self) -> &Exchange<H> {
        &self.exchange
    }
}

impl<S: fmt::Debug, H: Host> fmt::Debug for WithSession<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithSession").field("state", &self.state).finish_non_exhaustive()
    }
}
