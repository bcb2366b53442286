//! A request, its session, and the way to its answer.
//!
//! In: what the handler answers. Out: the same with what the exchange came to, or another in its place.

use core::fmt;

use edge_http::RequestHeaders;
use edge_http::io::Error;
use edge_http::io::server::Connection;
use embedded_io_async::{ErrorType, Read, Write};
use sansession::Ending;
use sansession_web::{Exchange, Host, Refusal, Session, Settled};

use crate::text::Text;

/// Bytes that a `Set-Cookie` value may have. With the default configuration it has 177.
pub(crate) const COOKIE: usize = 256;
/// Headers that a handler may give to its answer.
const OWN: usize = 10;
/// Those, the length, `Vary`, `Cache-Control`, the host's own, and the cookie.
const ALL: usize = OWN + 5;

/// A request with its session. Reading from it reads the request's body.
pub struct Request<'r, 'b, T, const N: usize, H: Host> {
    connection: &'r mut Connection<'b, T, N>,
    exchange: &'r Exchange<H>,
}

impl<'r, 'b, T, const N: usize, H: Host> Request<'r, 'b, T, N, H> {
    pub(crate) const fn new(
        connection: &'r mut Connection<'b, T, N>,
        exchange: &'r Exchange<H>,
    ) -> Self {
        Self { connection, exchange }
    }
}

impl<'b, T: Read + Write, const N: usize, H: Host> Request<'_, 'b, T, N, H> {
    /// Method, path and headers.
    ///
    /// # Errors
    /// [`Error::InvalidState`] when the response has begun.
    pub fn headers(&self) -> Result<&RequestHeaders<'b, N>, Error<T::Error>> {
        self.connection.headers()
    }

    /// The path without its query; empty when the response has begun.
    pub fn path(&self) -> &'b str {
        let path = self.connection.headers().map_or("", |headers| headers.path);
        path.split('?').next().unwrap_or_default()
    }

    /// The session, opened if nobody has asked before.
    ///
    /// # Errors
    /// What to [answer with](Request::refuse), as the host shaped it.
    pub async fn session(&self) -> Result<Session, Refusal> {
        let headers = self.connection.headers().ok().map(|headers| headers.headers.iter_raw());
        // All lines of the header, not only the first (promise H2).
        let lines = headers.into_iter().flatten();
        let values = lines.filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        self.exchange.open(values.map(|(_, value)| value), self.path()).await
    }

    /// Answers with a whole body: stores what was asked of the session, then sends head and body.
    ///
    /// If it cannot be stored, a refusal is sent in the place of this answer.
    ///
    /// # Errors
    /// The connection's, and [`Error::TooManyHeaders`] for more than ten headers: then nothing is stored or sent.
    pub async fn respond(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), Error<T::Error>> {
        if self.send_head(status, headers, Some(body.len())).await? {
            self.connection.write_all(body).await?;
        }
        Ok(())
    }

    /// Answers with a body that is written bit by bit: stores what was asked of the session, then sends the head.
    ///
    /// None if a refusal was sent in the place of this answer: then there is nothing to write. Without a `Content-Length`
    /// the body is sent in chunks.
    ///
    /// # Errors
    /// As of [`respond`](Request::respond).
    pub async fn begin(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
    ) -> Result<Option<&mut Connection<'b, T, N>>, Error<T::Error>> {
        let sent = self.send_head(status, headers, None).await?;
        Ok(sent.then_some(&mut *self.connection))
    }

    /// Answers a request whose [session](Request::session) could not be opened.
    ///
    /// # Errors
    /// The connection's.
    pub async fn refuse(&mut self, refusal: Refusal) -> Result<(), Error<T::Error>> {
        let Refusal { page, retry_after, .. } = refusal;
        let (kind, retry) = (("Content-Type", page.content_type), ("Retry-After", retry_after));
        match retry {
            (name, Some(seconds)) => {
                self.respond(page.status, &[kind, (name, seconds)], page.body.as_bytes()).await
            }
            (_, None) => self.respond(page.status, &[kind], page.body.as_bytes()).await,
        }
    }

    pub(crate) fn is_unanswered(&self) -> bool {
        self.connection.is_request_initiated()
    }

    /// Commits, and sends the head; false if a whole refusal was sent.
    async fn send_head(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
        length: Option<usize>,
    ) -> Result<bool, Error<T::Error>> {
        self.connection.headers()?;
        if headers.len() > OWN {
            return Err(Error::TooManyHeaders);
        }
        let failed = (500..600).contains(&status);
        let ending = if failed { Ending::Failed } else { Ending::Answered };
        let Settled { refusal, headers: added, set_cookie, .. } =
            self.exchange.close(ending, self.path()).await;
        // Written down, the cookie needs no slot any more.
        let cookie = set_cookie.and_then(Text::<COOKIE>::of);
        let cookie = cookie.as_ref().map(|cookie| ("Set-Cookie", cookie.as_str()));
        let added = added.into_iter().flatten().chain(cookie);
        let length = refusal.map_or(length, |refusal| Some(refusal.page.body.len()));
        let length = length.and_then(Text::<20>::of);
        let added = added.chain(length.as_ref().map(|length| ("Content-Length", length.as_str())));
        let Some(Refusal { page, retry_after, .. }) = refusal else {
            self.send(status, headers.iter().copied().chain(added)).await?;
            return Ok(true);
        };
        let retry_after = retry_after.map(|seconds| ("Retry-After", seconds));
        let own = [("Content-Type", page.content_type)].into_iter().chain(retry_after);
        self.send(page.status, own.chain(added)).await?;
        self.connection.write_all(page.body.as_bytes()).await?;
        Ok(false)
    }

    async fn send<'h>(
        &mut self,
        status: u16,
        headers: impl Iterator<Item = (&'h str, &'h str)>,
    ) -> Result<(), Error<T::Error>> {
        let mut all = [("", ""); ALL];
        let mut count = 0;
        for (place, header) in all.iter_mut().zip(headers) {
            *place = header;
            count += 1;
        }
        let headers = all.get(..count).unwrap_or_default();
        self.connection.initiate_response(status, None, headers).await
    }
}

impl<T: ErrorType, const N: usize, H: Host> ErrorType for Request<'_, '_, T, N, H> {
    type Error = Error<T::Error>;
}

/// Reads the request's body.
impl<T: Read + Write, const N: usize, H: Host> Read for Request<'_, '_, T, N, H> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        self.connection.read(buffer).await
    }
}

impl<T, const N: usize, H: Host> fmt::Debug for Request<'_, '_, T, N, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
