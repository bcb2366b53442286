//! The handler: edge-http's, around one that has sessions.
//!
//! In: a connection with a request. Out: an answer, after what had to be stored is stored.

use core::error::Error as StdError;
use core::fmt::{self, Debug, Display};

use edge_http::io::Error;
use edge_http::io::server::{Connection, Handler};
use edge_nal::TcpSplit;
use embedded_io_async::{Read, Write};
use sansession::Ending;
use sansession_web::{Exchange, Host, Pool};

use crate::request::{COOKIE, Request};

/// Handles requests that have sessions. [`WithSession`] makes an edge-http [`Handler`] of it.
pub trait SessionHandler<H: Host> {
    /// What can go wrong: at least the connection.
    type Error<E>: Debug + From<Error<E>>
    where
        E: Debug;

    /// Handles one request, and [responds](Request::respond). Who does not respond sends an empty 200.
    ///
    /// # Errors
    /// The handler's own. Then what it asked of the session is dropped, but for a log-out, and edge-http answers 500 unless
    /// the response has begun.
    fn handle<T, const N: usize>(
        &self,
        request: &mut Request<'_, '_, T, N, H>,
    ) -> impl Future<Output = Result<(), Self::Error<T::Error>>>
    where
        T: Read + Write + TcpSplit;
}

/// An edge-http [`Handler`] with sessions. See the [crate docs](crate) for an example.
pub struct WithSession<A, H: Host> {
    handler: A,
    host: &'static H,
    pool: &'static dyn Pool,
}

impl<A, H: Host> WithSession<A, H> {
    /// Puts sessions around a handler, over what the host gives, for as many requests with a session at once as there are
    /// [slots](sansession_web::Slots).
    ///
    /// # Errors
    /// [`CookieTooLong`], for a configuration whose path and domain are long.
    pub fn new(
        host: &'static H,
        slots: &'static dyn Pool,
        handler: A,
    ) -> Result<Self, CookieTooLong> {
        match host.sessions().set_cookie_len() {
            needed if needed > COOKIE => Err(CookieTooLong { needed }),
            _ => Ok(Self { handler, host, pool: slots }),
        }
    }
}

impl<A: SessionHandler<H>, H: Host> Handler for WithSession<A, H> {
    type Error<E>
        = A::Error<E>
    where
        E: Debug;

    async fn handle<T, const N: usize>(
        &self,
        _: impl Display + Copy,
        connection: &mut Connection<'_, T, N>,
    ) -> Result<(), A::Error<T::Error>>
    where
        T: Read + Write + TcpSplit,
    {
        let exchange = Exchange::new(self.host, self.pool);
        let mut request = Request::new(connection, &exchange);
        let handled = self.handler.handle(&mut request).await;
        if request.is_unanswered() {
            match handled {
                Ok(()) => request.respond(200, &[], b"").await?,
                // edge-http answers.
                Err(_) => drop(exchange.close(Ending::Failed, request.path()).await),
            }
        }
        if handled.is_ok() {
            exchange.sweep().await;
        }
        handled
    }
}

impl<A, H: Host> Debug for WithSession<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithSession")
            .field("sessions", self.host.sessions())
            .finish_non_exhaustive()
    }
}

/// The session cookie would not fit into the buffer that it is written to: its configured path, domain or name is too
/// long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CookieTooLong {
    /// Bytes that the `Set-Cookie` value may have; there is room for 256.
    pub needed: usize,
}

impl Display for CookieTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a session cookie of up to {} bytes is longer than {COOKIE}", self.needed)
    }
}

impl StdError for CookieTooLong {}
