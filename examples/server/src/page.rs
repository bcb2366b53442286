//! The page: plain HTML and CSS, for people. Every form carries the CSRF token, and every action answers with a
//! redirect and a flash notice.

mod actions;
mod form;
mod html;
mod notes;
mod text;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use sansession::{Outcome, WriteError};
use sansession_store::ErrorKind;
use sansession_tower::{Refused, Session, SessionError};

use crate::app::App;
use crate::kept::InCookies;

/// The longest form that is read.
const FORM: usize = 16 * 1024;
const STYLE: &str = include_str!("page/style.css");

/// No script, no foreign content, no framing.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// `/` and what its forms ask for.
pub(crate) fn routes(app: &Arc<App>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(style))
        .route("/login", post(actions::login))
        .route("/logout", post(actions::logout))
        .route("/notes", post(actions::add_note))
        .route("/notes/delete", post(actions::delete_note))
        .route("/rotate", post(actions::rotate))
        .route("/sessions/end", post(actions::end_one))
        .route("/logout-everywhere", post(actions::end_all))
        .method_not_allowed_fallback(async || Problem::Method)
        .layer(DefaultBodyLimit::max(FORM))
        .layer(app.layer.clone().on_refused(refused))
        .layer(map_response(async |response| dress(response)))
        .with_state(Arc::clone(app))
}

/// The answer to a path that nobody knows.
pub(crate) fn not_found() -> Response<axum::body::Body> {
    dress(Problem::NotFound.into_response())
}

async fn home(State(app): State<Arc<App>>, session: Session) -> Result<impl IntoResponse, Problem> {
    let view = view::load(&app, &session).await?;
    // What one user saw is not to be seen again after the log-out.
    Ok(([(header::CACHE_CONTROL, "no-store")], Html(html::home(&view))))
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")],
        STYLE,
    )
}

/// The answer in place of a handler's when its session could not be opened or stored.
fn refused(refused: Refused) -> Response<String> {
    Problem::Refused(refused).to_response()
}

fn dress<B>(mut response: Response<B>) -> Response<B> {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

const WRONG: (&str, &str) = ("Something went wrong", "Nothing was changed. Please try again.");
const SILENT: (&str, &str) = ("The session store does not answer", "Please try again in a moment.");

/// Why a page cannot be shown, or an action was not done.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The form's CSRF token is missing or was not made for this session.
    Csrf,
    /// The form could not be read.
    Form(StatusCode),
    NotFound,
    Method,
    Session(SessionError),
    /// A listing's store failed.
    Store,
    /// It needs a store, and there is none.
    InCookies,
    Refused(Refused),
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::Csrf => StatusCode::FORBIDDEN,
            Self::Form(status) => *status,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Session(SessionError::Write(WriteError::Key { .. })) => StatusCode::BAD_REQUEST,
            Self::Session(error) => error.status(),
            Self::Store => StatusCode::SERVICE_UNAVAILABLE,
            Self::InCookies => StatusCode::NOT_IMPLEMENTED,
            Self::Refused(refused) => refused.status(),
        }
    }

    /// A heading, and what to do about it.
    fn told(&self) -> (&'static str, &'static str) {
        match self {
            Self::Csrf => (
                "That form was out of date",
                "Its token was not made for the session that your browser has now. Perhaps you logged in or out in \
                 another tab, or another site sent the form. Nothing was changed.",
            ),
            Self::Form(_) => ("That form could not be read", "Nothing was changed."),
            Self::NotFound => ("There is no such page", "The demo has one page only."),
            Self::Method => {
                ("That does not work here", "The page is read with GET and changed with its forms.")
            }
            Self::Session(SessionError::Write(WriteError::Full { .. })) => (
                "Your session is full",
                "It takes no more. Nothing was lost; delete a note to make room for another.",
            ),
            Self::Session(SessionError::Write(WriteError::Key { .. })) => {
                ("That name will not do", "Names have 1 to 255 bytes.")
            }
            Self::Session(_) => WRONG,
            Self::Store => SILENT,
            Self::InCookies => (
                "Nobody knows your other sessions",
                "Each of them is in the cookie of its browser, and only there. Log out in each of those browsers.",
            ),
            Self::Refused(refused) => match refused.outcome() {
                Some(Outcome::Gone | Outcome::Obsolete) => (
                    "Your session has ended",
                    "It was ended, or got another id, while this request was under way. Nothing was changed.",
                ),
                Some(Outcome::Conflict) => (
                    "Too much at once",
                    "Other requests changed the session again and again. Please try again.",
                ),
                Some(Outcome::StoreFull) => {
                    ("The session store is full", "Please try again later.")
                }
                _ if self.status() == StatusCode::SERVICE_UNAVAILABLE => SILENT,
                _ => WRONG,
            },
        }
    }

    fn to_response<B: From<String>>(&self) -> Response<B> {
        let (heading, advice) = self.told();
        let mut response = Response::new(B::from(html::problem(heading, advice)));
        *response.status_mut() = self.status();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        self.to_response()
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl From<sansession_tower::Closed> for Problem {
    fn from(closed: sansession_tower::Closed) -> Self {
        Self::Session(closed.into())
    }
}

impl From<ErrorKind> for Problem {
    fn from(_: ErrorKind) -> Self {
        Self::Store
    }
}

impl From<InCookies> for Problem {
    fn from(_: InCookies) -> Self {
        Self::InCookies
    }
}
