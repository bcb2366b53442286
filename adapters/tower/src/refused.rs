//! Why the session of a request was refused, and how that is answered.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use axum_core::response::IntoResponse;
use http::{HeaderValue, Response, StatusCode, header};
use sansession::{Outcome, RecordError};
use sansession_store::ErrorKind;

/// Why a session could not be opened, or what a handler asked of it could not be stored.
///
/// Nothing that the handler wrote is stored. No cookie is sent, but one that removes a carried session which was ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refused {
    /// No [`SessionLayer`](crate::SessionLayer) is around this service.
    NoLayer,
    /// It was asked for after the response was on its way, or after the request was dropped.
    Closed,
    /// The store failed to load it.
    Load {
        /// What the failure was about.
        kind: ErrorKind,
        /// The store's error.
        cause: Arc<dyn Error + Send + Sync>,
    },
    /// The stored record is not for this build, or not for this slot. It is left alone.
    Record(RecordError),
    /// The store did not take what the handler asked for.
    Commit {
        /// What became of the exchange; always a [refusal](Outcome::is_refusal).
        outcome: Outcome,
        /// The store's error, if it had one.
        cause: Option<Arc<dyn Error + Send + Sync>>,
    },
    /// The random number generator failed.
    Rng(Arc<dyn Error + Send + Sync>),
}

impl Refused {
    /// What became of an exchange that was open, unless its record could not be used.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Commit { outcome, .. } => Some(*outcome),
            Self::Rng(_) => Some(Outcome::RngFailed),
            _ => None,
        }
    }

    /// 503 for a store that failed, 507 for a full one, 409 for a race that was lost, 500 for what is ours to mend.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Load { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Commit { outcome, .. } => match outcome {
                Outcome::StoreFull => StatusCode::INSUFFICIENT_STORAGE,
                Outcome::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
                Outcome::RngFailed => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::CONFLICT,
            },
            Self::NoLayer | Self::Closed | Self::Record(_) | Self::Rng(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The default shape.
    pub(crate) fn plain(&self) -> Response<String> {
        let mut response = Response::new(self.to_string());
        *response.status_mut() = self.status();
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, text);
        response
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLayer => "no session layer is around this service",
            Self::Closed => "the session is closed",
            Self::Load { .. } => "the session store failed to load",
            Self::Record(_) => "the stored session cannot be used here",
            Self::Commit { outcome, .. } => match outcome {
                Outcome::Gone => "the session was ended while the request was under way",
                Outcome::Obsolete => "the session got a new id while the request was under way",
                Outcome::StoreFull => "the session store has no room",
                Outcome::StoreFailed => "the session store failed to store",
                Outcome::RngFailed => "the random number generator failed",
                _ => "other requests changed the session again and again",
            },
            Self::Rng(_) => "the random number generator failed",
        })
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Load { cause, .. }
            | Self::Commit { cause: Some(cause), .. }
            | Self::Rng(cause) => Some(&**cause),
            Self::Record(error) => Some(error),
            Self::NoLayer | Self::Closed | Self::Commit { cause: None, .. } => None,
        }
    }
}

/// The default shape, marked so that the layer can put [the application's](crate::SessionLayer::on_refused) in its
/// place.
impl IntoResponse for Refused {
    fn into_response(self) -> axum_core::response::Response {
        let mut response = self.plain().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
