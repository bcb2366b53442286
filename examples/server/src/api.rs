//! The JSON interface, for tools and tests. No CSRF check guards it, and the page says so.
//!
//! Bodies are UTF-8 text of any type; values are strings; times are whole seconds. Answers are 204 unless they carry
//! something.

pub(crate) mod error;

mod data;
mod flash;
mod identity;
mod input;
mod listing;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Response, StatusCode};
use axum::routing::{delete, get, post, put};
use sansession_tower::Refused;

use crate::api::error::Error;
use crate::app::App;

/// The longest body that is read.
const BODY: usize = 64 * 1024;

/// An answer without a body, or an error.
type Done = Result<StatusCode, Error>;

/// Paths under `/api`, and `/ping`.
pub(crate) fn routes(app: &Arc<App>) -> Router {
    Router::new()
        .route("/ping", get(async || "pong"))
        .route("/api/session", get(view::show))
        .route("/api/session/data/{key}", put(data::write).delete(data::remove))
        .route("/api/session/flash/{key}", post(flash::leave))
        .route("/api/session/flash-now/{key}", post(flash::show))
        .route("/api/session/keep/{key}", post(flash::keep))
        .route("/api/session/reflash", post(flash::reflash))
        .route("/api/session/login", post(identity::login))
        .route("/api/session/regenerate", post(identity::regenerate))
        .route("/api/session/invalidate", post(identity::invalidate))
        .route("/api/session/logout-everywhere", post(listing::end_all))
        .route("/api/session/list", get(listing::list))
        .route("/api/session/list/{handle}", delete(listing::end_one))
        .route("/api/slow/{ms}/data/{key}", post(data::write_slowly))
        .method_not_allowed_fallback(async || Error::Method)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(app.layer.clone().on_refused(refused))
        .with_state(Arc::clone(app))
}

/// The answer in place of a handler's when its session could not be opened or stored.
fn refused(refused: Refused) -> Response<String> {
    Error::from(refused).to_response()
}
