//! Errors of the JSON interface: `{"error": kind, ...}`, by whose fault they are.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use sansession::{Outcome, WriteError};
use sansession_store::ErrorKind;
use sansession_tower::{Closed, Refused, SessionError};
use serde_json::{Value, json};

use crate::kept::InCookies;

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum Error {
    /// The body, or the key in the path, is not UTF-8.
    Utf8,
    /// Keys and users have 1 to 255 bytes.
    Key,
    /// The body could not be read.
    Body(StatusCode),
    /// Not a number of milliseconds, or too many.
    Millis,
    /// The session has no principal.
    Principal,
    /// No such path or session.
    NotFound,
    /// The path does not take this method.
    Method,
    /// The session does not take this.
    Session(SessionError),
    /// A listing's store failed.
    Store(ErrorKind),
    /// It needs a store, and there is none.
    InCookies,
    /// The session could not be opened or stored.
    Refused(Refused),
}

impl Error {
    /// Status and JSON.
    fn answer(&self) -> (StatusCode, Value) {
        match self {
            Self::Utf8 => (StatusCode::BAD_REQUEST, kind("utf-8")),
            Self::Key | Self::Session(SessionError::Write(WriteError::Key { .. })) => {
                (StatusCode::BAD_REQUEST, kind("key"))
            }
            Self::Body(status) => (*status, kind("body")),
            Self::Millis => (StatusCode::BAD_REQUEST, kind("ms")),
            Self::Principal => (StatusCode::UNAUTHORIZED, kind("principal")),
            Self::NotFound => (StatusCode::NOT_FOUND, kind("not-found")),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, kind("method")),
            Self::Session(SessionError::Write(WriteError::Full { needed, free })) => {
                let full = json!({ "error": "full", "needed": needed, "free": free });
                (StatusCode::INSUFFICIENT_STORAGE, full)
            }
            Self::Session(_) => (StatusCode::INTERNAL_SERVER_ERROR, kind("session")),
            Self::Store(what) => (
                StatusCode::SERVICE_UNAVAILABLE,
                json!({ "error": "store", "kind": what.to_string() }),
            ),
            Self::InCookies => (StatusCode::NOT_IMPLEMENTED, kind("carried")),
            Self::Refused(refused) => (refused.status(), refusal(refused)),
        }
    }

    pub(crate) fn to_response<B: From<String>>(&self) -> Response<B> {
        let (status, body) = self.answer();
        let mut response = json_response(&body);
        *response.status_mut() = status;
        response
    }
}

fn kind(kind: &str) -> Value {
    json!({ "error": kind })
}

fn refusal(refused: &Refused) -> Value {
    match refused {
        Refused::Load { kind, .. } => json!({ "error": "store", "kind": kind.to_string() }),
        Refused::Record(_) => kind("record"),
        Refused::Rng(_) => kind("rng"),
        refused => kind(match refused.outcome() {
            Some(Outcome::Gone) => "gone",
            Some(Outcome::Obsolete) => "obsolete",
            Some(Outcome::Conflict) => "conflict",
            Some(Outcome::StoreFull) => "full",
            Some(Outcome::StoreFailed) => "store",
            _ => "session",
        }),
    }
}

/// A JSON body, with its type.
pub(crate) fn json_response<B: From<String>>(body: &Value) -> Response<B> {
    let mut response = Response::new(B::from(body.to_string()));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response<Body> {
        self.to_response()
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

/// For listings, which ask the store themselves.
impl From<ErrorKind> for Error {
    fn from(what: ErrorKind) -> Self {
        Self::Store(what)
    }
}

impl From<InCookies> for Error {
    fn from(_: InCookies) -> Self {
        Self::InCookies
    }
}

impl From<Closed> for Error {
    fn from(closed: Closed) -> Self {
        Self::Session(closed.into())
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
