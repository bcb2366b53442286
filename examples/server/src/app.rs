//! The application: both interfaces under one log.

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use sansession_tower::SessionLayer;

use crate::kept::{InCookies, Kept};
use crate::log::{self, Log};
use crate::principals::Principals;
use crate::{api, page};

/// What the handlers share.
pub(crate) struct App {
    pub(crate) layer: SessionLayer,
    kept: Kept,
    pub(crate) log: Log,
    /// Cookies travel without `Secure`.
    pub(crate) insecure_http: bool,
}

impl App {
    /// Who knows all sessions of a user.
    ///
    /// # Errors
    /// [`InCookies`]: nobody does. The only place where this is decided.
    pub(crate) fn principals(&self) -> Result<&dyn Principals, InCookies> {
        match &self.kept {
            Kept::Stored(store) => Ok(&**store),
            Kept::Carried(cookies) => Err(*cookies),
        }
    }
}

/// The whole application over its sessions.
pub(crate) fn router(kept: Kept, layer: SessionLayer, insecure_http: bool) -> Router {
    let log = Log::default();
    // The log reads them.
    let layer = layer.reports();
    let app = Arc::new(App { layer, kept, log: log.clone(), insecure_http });
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
