//! Who the session belongs to, and its id.

use axum::http::StatusCode;
use sansession_tower::Session;

use crate::api::Done;
use crate::api::input::Text;

/// `POST /api/session/login`
pub(crate) async fn login(session: Session, Text(user): Text) -> Done {
    session.login(&user)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/regenerate`
pub(crate) async fn regenerate(session: Session) -> Done {
    session.regenerate()?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/invalidate`
pub(crate) async fn invalidate(session: Session) -> Done {
    session.invalidate()?;
    Ok(StatusCode::NO_CONTENT)
}
