//! Writes an answer: its own headers, and those of the exchange.

use core::ops::DerefMut;

use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::response::{
    Connection, ForEachHeader, HeadersIter, Response, ResponseWriter, StatusCode,
};
use sansession::{Reply, Sessions, Slot, Stored, VARY};
use sansession_firmware::{Answer, Body};

/// What stands in `x-demo-outcome` of an answer without a session.
const UNOPENED: &str = "unopened";

/// All headers but those of the body.
struct Head<'a, B: DerefMut<Target = Slot>> {
    answer: Answer,
    reply: Option<&'a Reply<B>>,
    sessions: &'a Sessions<Stored>,
}

impl<B: DerefMut<Target = Slot>> HeadersIter for Head<'_, B> {
    async fn for_each_header<F: ForEachHeader>(self, mut write: F) -> Result<F::Output, F::Error> {
        let Self { answer, reply, sessions } = self;
        let outcome = reply.map_or(UNOPENED, |reply| reply.outcome().name());
        write.call("x-demo-outcome", outcome).await?;
        if let Some(cookie) = reply.and_then(|reply| reply.set_cookie(sessions)) {
            write.call("Set-Cookie", cookie).await?;
        }
        if reply.is_some() {
            write.call("Vary", VARY).await?;
        }
        let caching = reply.and_then(Reply::cache_control).or(answer.content.caching());
        if let Some(caching) = caching {
            write.call("Cache-Control", caching).await?;
        }
        if let Some(policy) = answer.content.policy() {
            write.call("Content-Security-Policy", policy).await?;
            write.call("X-Content-Type-Options", "nosniff").await?;
            write.call("Referrer-Policy", "no-referrer").await?;
        }
        if answer.see_home {
            write.call("Location", "/").await?;
        }
        if let Some(seconds) = answer.retry_after {
            write.call("Retry-After", seconds).await?;
        }
        write.finalize().await
    }
}

/// Writes the answer, and the reply if there was an exchange.
pub(crate) async fn respond<R, W, B>(
    connection: Connection<'_, R>,
    writer: W,
    answer: Answer,
    written: &str,
    reply: Option<&Reply<B>>,
    sessions: &Sessions<Stored>,
) -> Result<ResponseSent, W::Error>
where
    R: Read,
    W: ResponseWriter<Error = R::Error>,
    B: DerefMut<Target = Slot>,
{
    let head = Head { answer, reply, sessions };
    let status = StatusCode::new(answer.status);
    if answer.status == 204 {
        // It has no body, and may not say how long it is.
        let response = Response::empty(status).with_headers(head);
        return writer.write_response(connection, response).await;
    }
    let body = match answer.body {
        Body::Written => written,
        Body::Fixed(body) => body,
    };
    let response = Response::new(status, body).with_content_type(answer.content.media_type());
    writer.write_response(connection, response.with_headers(head)).await
}
