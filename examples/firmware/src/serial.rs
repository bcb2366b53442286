//! Requests on a line, one behind the other: each is read, answered over its session, and forgotten.
//!
//! All that is waited for is the line and the store in RAM, so there is one stack and no executor.

use core::fmt;
use core::time::Duration;

use sansession::Ending;
use sansession_firmware::http::{Reply, Request, Unread, read};
use sansession_firmware::{Answer, Content, Failure, Route, Text, plain, refuse, serve};
use sansession_web::{Exchange, Refusal, Session, Settled, Slots};

use crate::board::microbit::line::{self, Transmitter};
use crate::board::microbit::{clock, sleep};
use crate::volatile::{RECORD, Site};

/// Bytes of a request, head and body. What a browser sends of itself is half of it.
const REQUEST: usize = 1280;
/// Bytes of the longest answer.
const ANSWER: usize = 5120;

/// A request that stops for so long is over.
const PATIENCE: Duration = Duration::from_secs(3);
/// What is behind bytes that are no request belongs to them, until the line is silent for so long.
const SILENCE: Duration = Duration::from_millis(200);

/// Whom the throttle is about: there is one place that requests come from.
const PEER: &[u8] = b"line";

/// Memory of the one request that there is at a time.
pub(crate) struct Memory {
    request: [u8; REQUEST],
    answer: [u8; ANSWER],
}

impl Memory {
    pub(crate) const EMPTY: Self = Self { request: [0; REQUEST], answer: [0; ANSWER] };
}

/// The slot of the one request.
pub(crate) static SLOTS: Slots<1, { 2 * RECORD }> = Slots::new();

/// Answers the next request of the line.
#[inline(never)]
pub(crate) fn next(site: &'static Site, memory: &mut Memory) {
    line::wait_for_byte();
    let sent = match read(&mut memory.request, || line::receive(Some(PATIENCE))) {
        Ok(request) => answer(site, &request, &mut memory.answer),
        Err(unread) => turn_away(unread),
    };
    if sent.is_err() {
        crate::log!("nobody took the answer");
    }
}

/// Answers what is no request, when nothing more comes: what follows it cannot be told from a next request.
#[inline(never)]
fn turn_away(unread: Unread) -> fmt::Result {
    line::drain(SILENCE);
    crate::log!("{unread}");
    let answer = Answer::fixed(unread.status(), Content::Plain, unread.message());
    let headers = &[];
    Reply { answer, written: "", headers, set_cookie: None, is_head: false }.send(&mut Transmitter)
}

/// Answers a request over its session, which is stored before anything is sent.
#[inline(never)]
fn answer(site: &'static Site, request: &Request<'_>, buffer: &mut [u8]) -> fmt::Result {
    let route = Route::find(request.method, request.path);
    let mut text = Text::new(buffer);
    let exchange = Exchange::new(site, &SLOTS);
    let mut answer = if route.opens_session() {
        over_session(site, &exchange, &route, request, &mut text)
    } else {
        plain(&route, &mut text)
    };
    let ending = if answer.status >= 500 { Ending::Failed } else { Ending::Answered };
    let Settled { refusal, headers, set_cookie, .. } =
        sleep::block_on(exchange.close(ending, request.path));
    if let Some(refusal) = refusal {
        answer = in_place(&refusal);
    }
    let reply = Reply {
        answer,
        written: text.as_str(),
        headers: &headers,
        set_cookie: set_cookie.as_ref().map(|it| it as _),
        is_head: request.method == "HEAD",
    };
    let sent = reply.send(&mut Transmitter);
    // It holds the slot.
    drop(set_cookie);
    sleep::block_on(exchange.sweep());
    sent
}

fn over_session(
    site: &'static Site,
    exchange: &Exchange<Site>,
    route: &Route<'_>,
    request: &Request<'_>,
    text: &mut Text<'_>,
) -> Answer {
    let wait = match route.wait() {
        Ok(wait) => wait,
        Err(failure) => return refuse(route, failure, text),
    };
    let session = match open(exchange, request) {
        Ok(session) => session,
        Err(refusal) => return in_place(&refusal),
    };
    clock::wait(wait);
    let work = session.with(|active| serve(&site.device, active, route, request.body, PEER, text));
    work.unwrap_or_else(|_| refuse(route, Failure::Closed, text))
}

#[inline(never)]
fn open(exchange: &Exchange<Site>, request: &Request<'_>) -> Result<Session, Refusal> {
    sleep::block_on(exchange.open(request.cookies(), request.path))
}

/// The answer that takes the place of the application's.
fn in_place(refusal: &Refusal) -> Answer {
    let page = refusal.page;
    Answer::fixed(page.status, Content::of(page.content_type), page.body)
}
