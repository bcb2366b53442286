//! What requests bring: a key in the path, text in the body.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;

use crate::api::error::Error;

/// The longest wait of a slow request.
const SLOWEST: Duration = Duration::from_secs(60);

/// The `{key}` of a path.
pub(crate) struct Key(pub(crate) String);

/// The `{ms}` and `{key}` of a path.
pub(crate) struct Slow(pub(crate) Duration, pub(crate) Key);

/// A body of UTF-8 text, whatever its `Content-Type` says.
pub(crate) struct Text(pub(crate) String);

impl Key {
    /// Keys have 1 to 255 bytes; the session says so too, but not when one is only taken out.
    fn checked(key: String) -> Result<Self, Error> {
        if (1..=255).contains(&key.len()) { Ok(Self(key)) } else { Err(Error::Key) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        // The route has this parameter, so only its encoding can be wrong.
        let path = Path::<String>::from_request_parts(parts, state).await;
        Self::checked(path.map_err(|_| Error::Utf8)?.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Slow {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((millis, key)) = path.map_err(|_| Error::Utf8)?;
        let wait = millis.parse().map_or(Duration::MAX, Duration::from_millis);
        if wait > SLOWEST { Err(Error::Millis) } else { Ok(Self(wait, Key::checked(key)?)) }
    }
}

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|rejection| Error::Body(rejection.status()))?;
        String::from_utf8(body.into()).map(Self).map_err(|_| Error::Utf8)
    }
}
