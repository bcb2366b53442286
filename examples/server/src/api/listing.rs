//! The principal's sessions.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use sansession_store::SendStore;
use sansession_tower::Session;
use serde_json::{Value, json};

use crate::api::Done;
use crate::api::error::{Error, json_response};
use crate::app::App;
use crate::principals;

/// `GET /api/session/list`
pub(crate) async fn list<S: SendStore + 'static>(
    State(app): State<Arc<App<S>>>,
    session: Session,
) -> Result<Response, Error> {
    let user = session.principal()?.ok_or(Error::Principal)?;
    let own = session.handle()?;
    let found =
        principals::list(app.layer.store(), &user).await.map_err(|error| Error::store(&error))?;
    let rows = found.into_iter().map(|session| {
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
pub(crate) async fn end_one<S: SendStore + 'static>(
    State(app): State<Arc<App<S>>>,
    path: Result<Path<String>, PathRejection>,
    session: Session,
) -> Done {
    let user = session.principal()?.ok_or(Error::Principal)?;
    let handle = path.ok().and_then(|Path(handle)| handle.parse().ok()).ok_or(Error::NotFound)?;
    if session.handle()? == Some(handle) {
        session.invalidate()?;
    } else if !principals::end(app.layer.store(), &user, &handle)
        .await
        .map_err(|error| Error::store(&error))?
    {
        return Err(Error::NotFound);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/session/logout-everywhere`: all others at once, the caller's own with its cookie.
pub(crate) async fn end_all<S: SendStore + 'static>(
    State(app): State<Arc<App<S>>>,
    session: Session,
) -> Done {
    let user = session.principal()?.ok_or(Error::Principal)?;
    let own = session.handle()?;
    let ended = principals::end_others(app.layer.store(), &user, own.as_ref()).await;
    ended.map_err(|error| Error::store(&error))?;
    session.invalidate()?;
    Ok(StatusCode::NO_CONTENT)
}
