//! The layer of `sansession-tower` around an axum router.

use std::sync::atomic::Ordering;

use axum::Router;
use axum::routing::get;
use sansession_memory::MemoryStore;
use sansession_tower::{Session, SessionLayer};

use crate::fixture::{COUNTER, READ, VALUE, keys};
use crate::ours::stored;
use crate::rows::request::{DONE, TURN};

async fn begin(session: Session) -> &'static str {
    session.insert_str(READ, VALUE).expect("it fits");
    DONE
}

async fn read(session: Session) -> &'static str {
    let value: Option<String> = session.get(READ).expect("a string");
    assert_eq!(value.as_deref(), Some(VALUE));
    DONE
}

async fn write(session: Session) -> &'static str {
    let value: Option<String> = session.get(READ).expect("a string");
    assert_eq!(value.as_deref(), Some(VALUE));
    session.insert(COUNTER, &TURN.load(Ordering::Relaxed)).expect("it fits");
    DONE
}

/// Asserts that the last write is there.
async fn check(session: Session) -> &'static str {
    assert_eq!(session.get(COUNTER).expect("a number"), Some(TURN.load(Ordering::Relaxed)));
    DONE
}

/// With a session of so many keys behind `/fill`.
pub(crate) fn router(count: usize) -> Router {
    let fill = async move |session: Session| {
        for key in keys(count) {
            session.insert_str(&key, VALUE).expect("it fits");
        }
        DONE
    };
    Router::new()
        .route("/begin", get(begin))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/check", get(check))
        .route("/fill", get(fill))
        .layer(SessionLayer::new(stored::sessions(), MemoryStore::new(1_000_000)))
}
