//! What the machine did: a header on every answer, and the last requests in a ring.
//!
//! In: the report that the session layer leaves in a response. Out: `x-demo-outcome`, and rows for the page. It keeps
//! routes, not paths, so that no key or handle of one visitor is shown to another; ids are not in a report at all.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use sansession::{Outcome, Timestamp, Verdict};
use sansession_tower::Report;

use crate::clock;

/// Requests that are kept.
const ROWS: usize = 12;
/// Carries the finished outcome of every answer.
const HEADER: HeaderName = HeaderName::from_static("x-demo-outcome");
/// The outcome of a request that never opened its session.
const UNOPENED: &str = "unopened";
/// Not worth a row: each page view asks for it.
const STYLE: &str = "/style.css";

/// The last requests of this process.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<VecDeque<Row>>>);

/// One request.
#[derive(Clone)]
pub(crate) struct Row {
    /// When it was answered.
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    /// The pattern that its path matched, if any.
    pub(crate) route: Option<MatchedPath>,
    pub(crate) status: StatusCode,
    /// What became of the session, if the request opened it.
    pub(crate) report: Option<Report>,
}

impl Log {
    /// The rows, latest first.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn push(&self, row: Row) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rows.truncate(ROWS - 1);
        rows.push_front(row);
    }
}

impl Row {
    pub(crate) fn verdict(&self) -> &'static str {
        self.report.and_then(|report| report.verdict).map_or("", Verdict::name)
    }

    pub(crate) fn outcome(&self) -> &'static str {
        self.report.map_or(UNOPENED, |report| report.outcome.name())
    }

    pub(crate) fn is_refusal(&self) -> bool {
        self.report.is_some_and(|report| Outcome::is_refusal(report.outcome))
    }
}

/// Writes the outcome into the answer and the log. To be the outermost layer.
pub(crate) async fn record(State(log): State<Log>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let report = response.extensions().get::<Report>().copied();
    let row = Row { at: clock::now(), method, route, status: response.status(), report };
    response.headers_mut().insert(HEADER, HeaderValue::from_static(row.outcome()));
    if row.route.as_ref().is_none_or(|route| route.as_str() != STYLE) {
        log.push(row);
    }
    response
}
