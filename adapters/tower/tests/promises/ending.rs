//! How a request ended decides what is stored.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use sansession::Outcome;
use sansession_tower::Session;
use tokio::sync::Notify;
use tower::{Layer, Service, service_fn};

use crate::browser::{Browser, Site, outcome, page, set_cookie};
use crate::shelf::Call;

async fn open(request: &Request<()>) -> Session {
    Session::open(request.extensions()).await.unwrap()
}

/// Sends a request whose handler panics, in a task of its own; gives back what the panic said.
async fn panics<F: Future<Output = ()> + Send + 'static>(
    browser: &Browser,
    work: impl FnOnce(Session) -> F + Send + 'static,
) -> String {
    let answer = browser.start(|request| async move {
        work(open(&request).await).await;
        panic!("the handler panicked")
    });
    let panic = tokio::spawn(AssertUnwindSafe(answer)).await.unwrap_err().into_panic();
    panic.downcast_ref::<&str>().copied().unwrap_or_default().to_owned()
}

// promise: L16
#[tokio::test]
async fn a_5xx_drops_what_was_written() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let before = site.store().records();
    let response = browser
        .send(async |request| {
            let session = open(&request).await;
            session.insert("visits", &2_u32).unwrap();
            session.flash_str("notice", "saved").unwrap();
            session.login("ada").unwrap();
            page(StatusCode::BAD_GATEWAY)
        })
        .await;
    assert_eq!((response.status(), response.body().as_str()), (StatusCode::BAD_GATEWAY, "page"));
    assert_eq!((set_cookie(&response), outcome(&response)), (None, Some(Outcome::Unchanged)));
    assert_eq!(site.calls(), [Call::Load]);
    assert_eq!(site.store().records(), before);
}

// promise: L16
#[tokio::test]
async fn a_4xx_keeps_what_was_written() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    browser
        .send(async |request| {
            open(&request).await.insert("visits", &2_u32).unwrap();
            page(StatusCode::UNPROCESSABLE_ENTITY)
        })
        .await;
    assert_eq!(browser.reads("visits").await, Some(2));
}

// promise: L16
#[tokio::test]
async fn a_5xx_carries_out_a_logout() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let response = browser
        .send(async |request| {
            let session = open(&request).await;
            session.invalidate().unwrap();
            session.insert("visits", &9_u32).unwrap();
            page(StatusCode::INTERNAL_SERVER_ERROR)
        })
        .await;
    assert_eq!((response.body().as_str(), outcome(&response)), ("page", Some(Outcome::Destroyed)));
    assert_eq!(site.calls(), [Call::Load, Call::Destroy]);
    assert!(site.store().records().is_empty());
    assert_eq!(browser.cookie, None);
}

// promise: L16
#[tokio::test]
async fn a_panic_drops_what_was_written_and_goes_on() {
    let site = Site::new();
    let browser = site.visitor().await;
    let told = panics(&browser, async |session| session.insert("visits", &2_u32).unwrap()).await;
    assert_eq!(told, "the handler panicked");
    assert_eq!(site.calls(), [Call::Load]);
    assert_eq!(browser.reads("visits").await, Some(1));
}

// promise: L16
#[tokio::test]
async fn a_panic_carries_out_a_logout_and_goes_on() {
    let site = Site::new();
    let browser = site.visitor().await;
    let told = panics(&browser, async |session| session.invalidate().unwrap()).await;
    assert_eq!(told, "the handler panicked");
    assert_eq!(site.calls(), [Call::Load, Call::Destroy]);
    assert!(site.store().records().is_empty());
}

/// The lock is poisoned; the session is not.
// promise: L16
#[tokio::test]
async fn a_panic_inside_of_with_is_like_any_other() {
    let site = Site::new();
    let browser = site.visitor().await;
    let told = panics(&browser, async |session| {
        session.invalidate().unwrap();
        let _ = session.with(|_| panic!("inside of with"));
    })
    .await;
    assert_eq!(told, "inside of with");
    assert!(site.store().records().is_empty());
}

// promise: L16
#[tokio::test]
async fn a_service_that_fails_is_a_failed_request() {
    let site = Site::new();
    let browser = site.visitor().await;
    let service = service_fn(async |request: Request<()>| {
        open(&request).await.insert("visits", &2_u32).unwrap();
        Err::<Response<String>, _>("no route")
    });
    let answer = site.layer.layer(service).call(browser.request()).await;
    assert_eq!(answer.unwrap_err(), "no route");
    assert_eq!(browser.reads("visits").await, Some(1));
}

// promise: L16
#[tokio::test]
async fn a_request_that_is_dropped_while_the_handler_runs_changes_nothing() {
    let site = Site::new();
    let browser = site.visitor().await;
    let before = site.store().records();
    let (written, kept) = (Arc::new(Notify::new()), Arc::new(std::sync::Mutex::new(None)));
    let (told, keep) = (Arc::clone(&written), Arc::clone(&kept));
    let answer = browser.start(move |request| async move {
        let session = open(&request).await;
        session.insert("visits", &2_u32).unwrap();
        session.invalidate().unwrap();
        *keep.lock().unwrap() = Some(session);
        told.notify_one();
        std::future::pending().await
    });
    let unanswered: Result<Result<_, Infallible>, ()> = tokio::select! {
        answer = answer => Ok(answer),
        () = written.notified() => Err(()),
    };
    assert!(unanswered.is_err());
    assert_eq!(site.calls(), [Call::Load]);
    assert_eq!(site.store().records(), before);
    // Whoever kept the session is told.
    let kept = kept.lock().unwrap().take().unwrap();
    assert!(kept.insert("visits", &3_u32).is_err());
}
