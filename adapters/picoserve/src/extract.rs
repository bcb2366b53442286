//! What handlers take: the session, and the application's own state.

use picoserve::ResponseSent;
use picoserve::extract::{FromRef, FromRequestParts};
use picoserve::io::Read;
use picoserve::request::RequestParts;
use picoserve::response::{Connection, IntoResponse, ResponseWriter};
use sansession_web::{Host, Refusal, Session};

use crate::commit::answer;
use crate::layer::WithSession;

/// Opens the session if nobody has before.
impl<'r, S, H: Host> FromRequestParts<'r, WithSession<S, H>> for Session {
    type Rejection = Rejection;

    async fn from_request_parts(
        state: &'r WithSession<S, H>,
        parts: &RequestParts<'r>,
    ) -> Result<Self, Rejection> {
        // All lines of the header, not only the first (promise H2).
        let lines = parts.headers().into_iter().filter(|(name, _)| *name == "cookie");
        let values = lines.map(|(_, value)| value.as_raw());
        state.exchange.open(values, parts.path().encoded()).await.map_err(Rejection)
    }
}

/// The answer to a request whose session could not be opened, as the host [shaped](Host::refuse) it.
#[derive(Clone, Copy, Debug)]
pub struct Rejection(Refusal);

impl IntoResponse for Rejection {
    async fn write_to<R: Read, W: ResponseWriter<Error = R::Error>>(
        self,
        connection: Connection<'_, R>,
        response_writer: W,
    ) -> Result<ResponseSent, W::Error> {
        response_writer.write_response(connection, answer(&self.0)).await
    }
}

/// The application's state, or a part of it, for handlers inside of a [`SessionLayer`](crate::SessionLayer).
#[derive(Clone, Copy, Debug)]
pub struct State<T>(
    /// What was taken out of the application's state.
    pub T,
);

impl<'r, S, H: Host, T: FromRef<S>> FromRequestParts<'r, WithSession<S, H>> for State<T> {
    type Rejection = core::convert::Infallible;

    async fn from_request_parts(
        state: &'r WithSession<S, H>,
        _: &RequestParts<'r>,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(T::from_ref(state.state())))
    }
}
