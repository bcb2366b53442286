//! After the commit the session is closed.

use std::time::Duration;

use http::{Request, StatusCode};
use sansession_tower::{Closed, Refused, Session, SessionError};
use tokio::sync::oneshot;

use crate::browser::{Site, page};
use crate::shelf::Call;

/// A streamed body, or a task, may keep a clone. What it writes could not be followed by a cookie.
// promise: L1
#[tokio::test]
async fn a_clone_in_a_task_answers_closed_after_the_commit() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let (go, gone) = oneshot::channel::<()>();
    let (tell, told) = oneshot::channel();
    browser
        .visit(async |session| {
            session.insert("visits", &2_u32).unwrap();
            tokio::spawn(async move {
                gone.await.unwrap();
                let (written, read) =
                    (session.insert("visits", &3_u32), session.get::<u32>("visits"));
                tell.send((written, read, session.with(|_| ()))).unwrap();
            });
        })
        .await;
    go.send(()).unwrap();
    let closed = SessionError::Closed;
    assert_eq!(told.await.unwrap(), (Err(closed), Err(closed), Err(Closed)));
    assert_eq!(site.calls(), [Call::Load, Call::Update]);
    assert_eq!(browser.reads("visits").await, Some(2));
}

/// The slot of a request whose handle was kept goes to others; the clone must not see into it.
// promise: L1
#[tokio::test]
async fn a_kept_clone_stays_closed_while_others_use_the_slot() {
    let site = Site::new();
    let mut kept = None;
    site.visitor().await.visit(async |session| kept = Some(session)).await;
    let mut other = site.visitor().await;
    other
        .visit(async |session| {
            session.login("ada").unwrap();
            assert_eq!(kept.as_ref().unwrap().principal(), Err(SessionError::Closed));
        })
        .await;
}

// promise: L1
#[tokio::test]
async fn a_session_cannot_be_opened_after_the_answer() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let mut kept = Request::new(());
    browser
        .send(async |request| {
            kept = request;
            page(StatusCode::OK)
        })
        .await;
    let refused = Session::open(kept.extensions()).await.unwrap_err();
    assert!(matches!(refused, Refused::Closed));
    assert_eq!(site.calls(), []);
}

/// A task that asks for the session may still be waiting for the store when the handler has answered.
// promise: L1
#[tokio::test(start_paused = true)]
async fn a_session_that_opens_too_late_is_refused() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    site.store().slows(Duration::from_millis(20));
    let mut late = None;
    browser
        .send(async |request| {
            late = Some(tokio::spawn(async move { Session::open(request.extensions()).await }));
            tokio::task::yield_now().await;
            page(StatusCode::OK)
        })
        .await;
    let refused = late.unwrap().await.unwrap().unwrap_err();
    assert!(matches!(refused, Refused::Closed));
    assert_eq!(site.calls(), [Call::Load]);
}
