//! What sessions add to an axum request: one to a router with sessions in a layer, less one to the same router with a
//! layer that does nothing. So what axum itself takes for a layer, whichever, is nobody's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::routing::{Route, get};
use futures_util::FutureExt as _;
use tower::ServiceExt as _;
use tower::layer::layer_fn;

use crate::fixture::{START, Task, pair};
use crate::measure::{Contestant, Meter, Work};
use crate::table::Table;
use crate::{ours, peers};

/// What every handler answers.
pub(crate) const DONE: &str = "done";

/// What is written in this turn.
pub(crate) static TURN: AtomicU32 = AtomicU32::new(START);

/// Adds the rows.
pub(crate) fn add(meter: &mut Meter, table: &mut Table) {
    let tasks = [
        ("read 1 of 10 keys", Task::Read, 10),
        ("read 1 of 1 key, write another", Task::Write, 1),
        ("read 1 of 10 keys, write another", Task::Write, 10),
        ("read 1 of 50 keys, write another", Task::Write, 50),
        ("new session", Task::Begin, 1),
    ];
    for (what, task, keys) in tasks {
        let work = format!("added to an axum request: {what}");
        if !table.wants(&work) {
            continue;
        }
        let costs = meter.measure(&mut [
            Contestant::new("", RequestWork::new(bare(), task, false)),
            Contestant::new("", RequestWork::new(ours::layer::router(keys), task, true)),
            Contestant::new("", RequestWork::new(peers::layer::router(keys), task, true)),
        ]);
        let [bare, ours, peer] = costs[..] else { unreachable!("there are three contestants") };
        if matches!(task, Task::Read) {
            table.add("an axum request without sessions", "axum", bare);
        }
        table.add(&work, "sansession-tower", ours.beyond(bare));
        table.add(&work, "tower-sessions, signed", peer.beyond(bare));
    }
}

/// The router, without sessions. Its layer has something to hold, as all that do something have.
fn bare() -> Router {
    let state = Arc::new(());
    let done = async || DONE;
    Router::new()
        .route("/begin", get(done))
        .route("/read", get(done))
        .route("/write", get(done))
        .route("/check", get(done))
        .route("/fill", get(done))
        .layer(layer_fn(move |inner: Route| {
            let _: &Arc<()> = &state;
            inner
        }))
}

const fn path(task: Task) -> &'static str {
    match task {
        Task::Begin => "/begin",
        Task::Read => "/read",
        Task::Write => "/write",
    }
}

struct RequestWork {
    router: Router,
    task: Task,
    has_sessions: bool,
    cookie: HeaderValue,
    /// The `Set-Cookie` of the last run.
    set_cookie: Option<HeaderValue>,
}

impl RequestWork {
    fn new(router: Router, task: Task, has_sessions: bool) -> Self {
        let mut set_cookie = ask(&router, "/fill", None).headers_mut().remove(header::SET_COOKIE);
        let cookie = if has_sessions { set_cookie.take() } else { None };
        // Without sessions, a cookie all the same.
        let cookie = cookie.map_or(HeaderValue::from_static("a=b"), |line| as_sent(&line));
        Self { router, task, has_sessions, cookie, set_cookie }
    }
}

impl Work for RequestWork {
    fn run(&mut self) {
        TURN.fetch_add(1, Ordering::Relaxed);
        let cookie = (!matches!(self.task, Task::Begin)).then(|| self.cookie.clone());
        let mut response = ask(&self.router, path(self.task), cookie);
        self.set_cookie = response.headers_mut().remove(header::SET_COOKIE);
    }

    fn check(&mut self) {
        if !self.has_sessions {
            return;
        }
        match (self.task, &self.set_cookie) {
            (Task::Begin, Some(line)) => drop(ask(&self.router, "/read", Some(as_sent(line)))),
            (Task::Begin, None) => panic!("a new session brings a cookie"),
            (Task::Read, line) => assert_eq!(*line, None),
            (Task::Write, _) => drop(ask(&self.router, "/check", Some(self.cookie.clone()))),
        }
    }
}

/// Asks and asserts that the handler was content.
fn ask(router: &Router, path: &'static str, cookie: Option<HeaderValue>) -> Response<Body> {
    let mut request = Request::get(path).body(Body::empty()).expect("a good request");
    if let Some(cookie) = cookie {
        request.headers_mut().insert(header::COOKIE, cookie);
    }
    let response = router.clone().oneshot(request).now_or_never().expect("nothing here waits");
    let response = response.expect("routers do not fail");
    assert_eq!(response.status(), StatusCode::OK);
    response
}

fn as_sent(line: &HeaderValue) -> HeaderValue {
    let line = line.to_str().expect("cookies are ASCII");
    HeaderValue::from_str(pair(line)).expect("a part of a good value")
}
