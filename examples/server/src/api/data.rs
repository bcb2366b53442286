//! Values of the session.

use axum::http::StatusCode;
use sansession_tower::Session;

use crate::api::Done;
use crate::api::input::{Key, Slow, Text};

/// `PUT /api/session/data/{key}`
pub(crate) async fn write(Key(key): Key, session: Session, Text(value): Text) -> Done {
    session.insert_str(&key, &value)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/session/data/{key}`
pub(crate) async fn remove(Key(key): Key, session: Session) -> Done {
    session.remove(&key)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/slow/{ms}/data/{key}`: opens the session, waits, then writes.
pub(crate) async fn write_slowly(
    Slow(wait, Key(key)): Slow,
    session: Session,
    Text(value): Text,
) -> Done {
    tokio::time::sleep(wait).await;
    session.insert_str(&key, &value)?;
    Ok(StatusCode::NO_CONTENT)
}
