//! The layer of tower-sessions, signed, around an axum router.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::routing::get;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer};

use crate::fixture::{COUNTER, READ, VALUE, keys};
use crate::peers::tower_sessions::{IDLE, NAME, key};
use crate::rows::request::{DONE, TURN};

async fn begin(session: Session) -> &'static str {
    session.insert(READ, VALUE).await.expect("a string");
    DONE
}

async fn read(session: Session) -> &'static str {
    let value: Option<String> = session.get(READ).await.expect("a string");
    assert_eq!(value.as_deref(), Some(VALUE));
    DONE
}

async fn write(session: Session) -> &'static str {
    let value: Option<String> = session.get(READ).await.expect("a string");
    assert_eq!(value.as_deref(), Some(VALUE));
    session.insert(COUNTER, TURN.load(Ordering::Relaxed)).await.expect("a number");
    DONE
}

/// Asserts that the last write is there.
async fn check(session: Session) -> &'static str {
    let counter = session.get(COUNTER).await.expect("a number");
    assert_eq!(counter, Some(TURN.load(Ordering::Relaxed)));
    DONE
}

/// With a session of so many keys behind `/fill`.
pub(crate) fn router(count: usize) -> Router {
    let fill = async move |session: Session| {
        for key in keys(count) {
            session.insert(&key, VALUE).await.expect("a string");
        }
        DONE
    };
    let layer = SessionManagerLayer::new(MemoryStore::default())
        .with_name(NAME)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(IDLE))
        .with_signed(key());
    Router::new()
        .route("/begin", get(begin))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/check", get(check))
        .route("/fill", get(fill))
        .layer(layer)
}
