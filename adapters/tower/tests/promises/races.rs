//! Requests of one browser that overlap.

use std::sync::Arc;

use http::StatusCode;
use sansession::Outcome;
use sansession_tower::Session;
use tokio::sync::Barrier;

use crate::browser::{Site, outcome, page, set_cookie};
use crate::shelf::Call;

/// Both have loaded before either is stored.
// promise: L6
#[tokio::test]
async fn slow_handlers_that_write_different_keys_lose_nothing() {
    const REQUESTS: usize = 4;
    let site = Site::new();
    let browser = site.visitor().await;
    let loaded = Arc::new(Barrier::new(REQUESTS));
    let requests = ["a", "b", "c", "d"].map(|key| {
        let loaded = Arc::clone(&loaded);
        tokio::spawn(browser.start(move |request| async move {
            let session = Session::open(request.extensions()).await.unwrap();
            loaded.wait().await;
            session.insert(key, &7_u32).unwrap();
            page(StatusCode::OK)
        }))
    });
    for request in requests {
        let response = request.await.unwrap().unwrap();
        assert_eq!(
            (response.status(), outcome(&response)),
            (StatusCode::OK, Some(Outcome::Updated))
        );
    }
    for key in ["a", "b", "c", "d"] {
        assert_eq!(browser.reads(key).await, Some(7));
    }
}

// promise: L5
#[tokio::test]
async fn a_slow_write_does_not_bring_a_session_back_after_the_logout() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let loaded = Arc::new(Barrier::new(2));
    let ended = Arc::new(Barrier::new(2));
    let (tell_loaded, wait_ended) = (Arc::clone(&loaded), Arc::clone(&ended));
    let slow = tokio::spawn(browser.start(move |request| async move {
        let session = Session::open(request.extensions()).await.unwrap();
        tell_loaded.wait().await;
        wait_ended.wait().await;
        session.insert("visits", &2_u32).unwrap();
        page(StatusCode::OK)
    }));
    loaded.wait().await;
    let logout = browser.visit(async |session| session.invalidate().unwrap()).await;
    assert_eq!(outcome(&logout), Some(Outcome::Destroyed));
    ended.wait().await;

    let response = slow.await.unwrap().unwrap();
    assert_eq!(
        (response.status(), outcome(&response)),
        (StatusCode::CONFLICT, Some(Outcome::Gone))
    );
    assert_eq!(set_cookie(&response), None);
    assert!(site.store().records().is_empty());
    assert_eq!(site.calls(), [Call::Load, Call::Load, Call::Destroy, Call::Update]);
}
