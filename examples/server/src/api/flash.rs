//! Messages for the next request.

use axum::http::StatusCode;
use axum::response::Response;
use sansession_tower::Session;

use crate::api::Done;
use crate::api::error::Error;
use crate::api::input::{Key, Text};
use crate::api::view;

/// `POST /api/session/flash/{key}`
pub(crate) async fn leave(Key(key): Key, session: Session, Text(message): Text) -> Done {
    session.flash_str(&key, &message)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/flash-now/{key}`: the session as it is, with the message in `flash`.
pub(crate) async fn show(
    Key(key): Key,
    session: Session,
    Text(message): Text,
) -> Result<Response, Error> {
    session.flash_now(&key, &message)?;
    view::show(session).await
}

/// `POST /api/session/keep/{key}`
pub(crate) async fn keep(Key(key): Key, session: Session) -> Done {
    session.keep(&key)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/reflash`
pub(crate) async fn reflash(session: Session) -> Done {
    session.reflash()?;
    Ok(StatusCode::NO_CONTENT)
}
