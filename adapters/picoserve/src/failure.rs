//! A call of the session that did nothing, as an answer.

use core::fmt;

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::response::{Connection, IntoResponse, Response, ResponseWriter, StatusCode};
use sansession_web::SessionError;

/// A [`SessionError`] that can be answered with, so that `?` works in a handler: its
/// [status](SessionError::status) and one line of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionFailure(
    /// What went wrong.
    pub SessionError,
);

impl<E: Into<SessionError>> From<E> for SessionFailure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for SessionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for SessionFailure {}

impl IntoResponse for SessionFailure {
    async fn write_to<R: Read, W: ResponseWriter<Error = R::Error>>(
        self,
        connection: Connection<'_, R>,
        response_writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let status = StatusCode::new(self.0.status());
        let text = format_args!("{self}");
        response_writer.write_response(connection, Response::new(status, text)).await
    }
}
