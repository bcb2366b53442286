//! The commit: after the handler has answered, before the head of its answer is on the wire.
//!
//! In: the handler's answer. Out: the same with what the exchange came to, or another in its place.

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::response::{Body, Connection, HeadersIter, Response, ResponseWriter, StatusCode};
use sansession::Ending;
use sansession_web::{Exchange, Host, Refusal, Settled};

/// Writes no answer before the exchange is closed.
pub(crate) struct Commit<'a, H: Host, W> {
    exchange: &'a Exchange<H>,
    path: &'a str,
    writer: W,
}

impl<'a, H: Host, W> Commit<'a, H, W> {
    pub(crate) const fn new(exchange: &'a Exchange<H>, path: &'a str, writer: W) -> Self {
        Self { exchange, path, writer }
    }
}

impl<H: Host, W: ResponseWriter> ResponseWriter for Commit<'_, H, W> {
    type Error = W::Error;

    async fn write_response<R: Read<Error = W::Error>, I: HeadersIter, B: Body>(
        self,
        connection: Connection<'_, R>,
        response: Response<I, B>,
    ) -> Result<ResponseSent, W::Error> {
        let failed = response.status_code().is_server_error();
        let ending = if failed { Ending::Failed } else { Ending::Answered };
        let Settled { refusal, headers, set_cookie, .. } =
            self.exchange.close(ending, self.path).await;
        // The last one: it is dropped, and with it the slot, when the head has been written.
        let set_cookie = set_cookie.map(|cookie| ("Set-Cookie", cookie));
        let Some(refusal) = refusal else {
            let response = response.with_headers(headers).with_headers(set_cookie);
            return self.writer.write_response(connection, response).await;
        };
        drop(response);
        let response = answer(&refusal).with_headers(headers).with_headers(set_cookie);
        self.writer.write_response(connection, response).await
    }
}

/// The answer to a refused request.
pub(crate) fn answer(refusal: &Refusal) -> Response<impl HeadersIter, impl Body> {
    let page = refusal.page;
    let retry_after = refusal.retry_after.map(|seconds| ("Retry-After", seconds));
    Response::new(StatusCode::new(page.status), page.body)
        .with_content_type(page.content_type)
        .with_headers(retry_after)
}
