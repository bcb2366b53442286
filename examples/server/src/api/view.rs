//! The session as JSON. Never an id.

use axum::response::Response;
use sansession::{Revision, Timestamp};
use sansession_tower::{Session, SessionError};
use serde_json::{Map, Value, json};

use crate::api::error::{Error, json_response};

/// `GET /api/session`
pub(crate) async fn show(session: Session) -> Result<Response, Error> {
    let flash = flash(&session)?;
    let body = session.with(|active| {
        let data = active.keys().map(|key| {
            let value = active.get::<&str>(key).ok().flatten();
            (key.to_owned(), value.into())
        });
        json!({
            "verdict": active.verdict().name(),
            "principal": active.principal(),
            "data": data.collect::<Map<String, Value>>(),
            "flash": flash,
            "revision": active.revision().map(Revision::get),
            "created_at": active.created().map(Timestamp::as_secs),
            "expires_at": active.deadline().map(Timestamp::as_secs),
        })
    })?;
    Ok(json_response(&body))
}

/// Reads every message, which uses it up under `--flash on-read`.
fn flash(session: &Session) -> Result<Map<String, Value>, SessionError> {
    let mut messages = Map::new();
    for key in session.flash_keys()? {
        let message =
            session.with(|active| active.flashed::<&str>(&key).ok().flatten().map(Value::from))?;
        messages.insert(key, message.into());
    }
    Ok(messages)
}
