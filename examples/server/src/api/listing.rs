//! The principal's sessions.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use sansession_tower::Session;
use serde_json::{Value, json};

use crate::api::Done;
use crate::api::error::{Error, json_response};
use crate::app::App;

/// `GET /api/session/list`
pub(crate) async fn list(State(app): State<Arc<App>>, session: Session) -> Result<Response, Error> {
    let principals = app.principals()?;
    let user = session.principal()?.ok_or(Error::Principal)?;
    let own = session.handle()?;
    let rows = principals.list(&user).await?.into_iter().map(|session| {
        json!({
            "handle": session.handle.to_string(),
            "created_at": session.created.as_secs(),
            "seen_at": session.seen.as_secs(),
            "current": own == Some(session.handle),
        })
    });
    Ok(json_response(&rows.collect::<Value>()))
}

/// `DELETE /api/session/list/{handle}`
pub(crate) async fn end_one(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
    session: Session,
) -> Done {
    let principals = app.principals()?;
    let user = session.principal()?.ok_or(Error::Principal)?;
    let handle = path.ok().and_then(|Path(handle)| handle.parse().ok()).ok_or(Error::NotFound)?;
    if session.handle()? == Some(handle) {
        session.invalidate()?;
    } else if !principals.end(&user, &handle).await? {
        return Err(Error::NotFound);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/logout-everywhere`: all others at once, the caller's own with its cookie.
pub(crate) async fn end_all(State(app): State<Arc<App>>, session: Session) -> Done {
    let principals = app.principals()?;
    let user = session.principal()?.ok_or(Error::Principal)?;
    let own = session.handle()?;
    principals.end_others(&user, own.as_ref()).await?;
    session.invalidate()?;
    Ok(StatusCode::NO_CONTENT)
}
