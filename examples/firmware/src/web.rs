//! HTTP: the application as one service of picoserve, with the exchange of its session around each request.
//!
//! The layer of `sansession-picoserve` is the short way to the same. It writes answers in two places, the handler's and
//! its own: 7 KB more flash and 2 KB more RAM here, where all answers are written in one place.

use core::cell::Cell;
use core::fmt::Display;

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::Timer;
use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::{Path, Request};
use picoserve::response::{
    Connection, ForEachHeader, HeadersIter, Response, ResponseWriter, StatusCode,
};
use picoserve::routing::PathRouterService;
use sansession::Ending;
use sansession_firmware::{
    Answer, Body, Content, Failure, RECORD, Route, Text, plain, refuse, serve,
};
use sansession_web::{Cookie, Exchange, Refusal, Session, Settled, Slots};

use crate::SOCKETS;
use crate::site::Site;

/// Bytes of the longest answer. One answer at a time is written into them, and sent from there.
pub(crate) const ANSWER: usize = 5120;

/// What serves one socket.
pub(crate) struct Web<'a> {
    pub(crate) site: &'static Site,
    pub(crate) slots: &'static Slots<SOCKETS, { 2 * RECORD }>,
    pub(crate) answer: &'static Mutex<NoopRawMutex, [u8; ANSWER]>,
    /// Who is at the other end, for the throttle.
    pub(crate) peer: &'a Cell<[u8; 4]>,
}

/// Why a request gets no session.
enum Refused {
    /// It is not as it should be.
    Request(Failure),
    /// It could not be opened.
    Session(Answer),
}

impl Web<'_> {
    /// Answers, over the session if the route has one.
    fn run(
        &self,
        route: &Route<'_>,
        session: Option<&Result<Session, Refused>>,
        body: &[u8],
        text: &mut Text<'_>,
    ) -> Answer {
        let session = match session {
            None => return plain(route, text),
            Some(Ok(session)) => session,
            Some(Err(Refused::Request(failure))) => return refuse(route, *failure, text),
            Some(Err(Refused::Session(answer))) => return *answer,
        };
        let device = &self.site.device;
        let peer = self.peer.get();
        let answer = session.with(|active| serve(device, active, route, body, &peer, text));
        answer.unwrap_or_else(|_| refuse(route, Failure::Closed, text))
    }
}

impl PathRouterService for Web<'_> {
    async fn call_path_router_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        (): &(),
        (): (),
        path: Path<'_>,
        mut request: Request<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let path = path.encoded();
        let route = Route::find(request.parts.method(), path);
        let exchange = Exchange::new(self.site, self.slots);
        let body = request.body_connection.body().read_all().await;
        let session = match (&body, route.wait()) {
            _ if !route.opens_session() => None,
            (Err(_), _) => Some(Err(Refused::Request(Failure::Body))),
            (_, Err(failure)) => Some(Err(Refused::Request(failure))),
            (Ok(_), Ok(wait)) => {
                let cookies = request.parts.headers().iter().filter_map(|(name, value)| {
                    name.as_raw().eq_ignore_ascii_case(b"cookie").then(|| value.as_raw())
                });
                let session = exchange.open(cookies, path).await;
                Timer::after_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)).await;
                Some(session.map_err(|refusal| Refused::Session(in_place(&refusal))))
            }
        };
        let mut buffer = self.answer.lock().await;
        let mut text = Text::new(&mut *buffer);
        let body: &[u8] = body.as_deref().unwrap_or_default();
        let mut answer = self.run(&route, session.as_ref(), body, &mut text);
        let ending = if answer.status >= 500 { Ending::Failed } else { Ending::Answered };
        let Settled { refusal, headers, set_cookie, .. } = exchange.close(ending, path).await;
        if let Some(refusal) = refusal {
            answer = in_place(&refusal);
        }
        let connection = request.body_connection.finalize().await?;
        let head = Head { answer, headers, set_cookie };
        let sent = respond(connection, writer, head, text.as_str()).await;
        exchange.sweep().await;
        sent
    }
}

/// The answer that takes the place of the application's.
fn in_place(refusal: &Refusal) -> Answer {
    let page = refusal.page;
    Answer::fixed(page.status, Content::of(page.content_type), page.body)
}

/// Headers of an answer beside those of its body: its own, and those of its session.
struct Head {
    answer: Answer,
    headers: [Option<(&'static str, &'static str)>; 3],
    /// Holds the slot until it is written.
    set_cookie: Option<Cookie<Site>>,
}

impl HeadersIter for Head {
    async fn for_each_header<F: ForEachHeader>(self, mut write: F) -> Result<F::Output, F::Error> {
        let Self { answer, headers, set_cookie } = self;
        let own = answer.headers(set_cookie.is_some());
        let fixed = own.iter().chain(&headers).flatten();
        let fixed = fixed.map(|(name, value)| (*name, value as &dyn Display));
        let retry_after = answer.retry_after.iter().map(|it| ("Retry-After", it as &dyn Display));
        let set_cookie = set_cookie.iter().map(|it| ("Set-Cookie", it as &dyn Display));
        // One call for all: each is code of its own.
        for (name, value) in fixed.chain(retry_after).chain(set_cookie) {
            write.call(name, value).await?;
        }
        write.finalize().await
    }
}

async fn respond<R: Read, W: ResponseWriter<Error = R::Error>>(
    connection: Connection<'_, R>,
    writer: W,
    head: Head,
    written: &str,
) -> Result<ResponseSent, W::Error> {
    let Answer { status, content, body, .. } = head.answer;
    let status = StatusCode::new(status);
    if status == StatusCode::NO_CONTENT {
        // It has no body, and may not say how long it is.
        return writer.write_response(connection, Response::empty(status).with_headers(head)).await;
    }
    let body = match body {
        Body::Written => written,
        Body::Fixed(body) => body,
    };
    let response = Response::new(status, body).with_content_type(content.media_type());
    writer.write_response(connection, response.with_headers(head)).await
}
