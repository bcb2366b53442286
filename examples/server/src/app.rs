//! The application: both interfaces under one log.

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use sansession_store::SendStore;
use sansession_tower::SessionLayer;

use crate::log::{self, Log};
use crate::{api, page};

/// What the handlers share.
pub(crate) struct App<S> {
    /// The session layer; it also hands out the store.
    pub(crate) layer: SessionLayer<S>,
    pub(crate) log: Log,
    /// Cookies travel without `Secure`.
    pub(crate) insecure_http: bool,
}

/// The whole application over a store.
pub(crate) fn router<S: SendStore + 'static>(
    layer: SessionLayer<S>,
    insecure_http: bool,
) -> Router {
    let log = Log::default();
    // The log reads them.
    let layer = layer.reports();
    let app = Arc::new(App { layer, log: log.clone(), insecure_http });
    Router::new()
        .merge(api::routes(&app))
        .merge(page::routes(&app))
        .fallback(not_found)
        .layer(from_fn_with_state(log, log::record))
}

async fn not_found(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        api::error::Error::NotFound.into_response()
    } else {
        page::not_found()
    }
}
