//! The session is loaded when it is asked for, once.

use std::time::Duration;

use http::{StatusCode, header};
use sansession::Outcome;
use sansession_tower::{Report, Session};

use crate::browser::{Site, header, outcome, page, set_cookie};
use crate::shelf::Call;

// promise: L1
#[tokio::test]
async fn a_request_that_never_asks_costs_nothing() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let response = browser.send(async |_| page(StatusCode::OK)).await;
    assert_eq!(site.calls(), []);
    assert!(response.headers().is_empty());
    assert!(response.extensions().get::<Report>().is_none());
}

// promise: L1
#[tokio::test]
async fn a_request_that_only_reads_writes_nothing_and_sends_no_cookie() {
    let site = Site::new();
    let mut stranger = site.browser();
    let response =
        stranger.visit(async |session| assert_eq!(session.get::<u32>("visits"), Ok(None))).await;
    assert_eq!((site.calls(), set_cookie(&response)), (vec![], None));
    assert_eq!(outcome(&response), Some(Outcome::Unchanged));

    let mut visitor = site.visitor().await;
    let response =
        visitor.visit(async |session| assert_eq!(session.get("visits"), Ok(Some(1_u32)))).await;
    assert_eq!((site.calls(), set_cookie(&response)), (vec![Call::Load], None));
    assert_eq!(header(&response, header::VARY), "Cookie");
}

// promise: L1
#[tokio::test]
async fn the_first_write_makes_the_session() {
    let site = Site::new();
    let mut browser = site.browser();
    let response = browser.visit(async |session| session.insert_str("name", "Ada").unwrap()).await;
    assert_eq!(site.calls(), [Call::Create]);
    let report = response.extensions().get::<Report>().unwrap();
    assert_eq!(report.set_cookie_bytes, set_cookie(&response).unwrap().len());
    assert_eq!((report.outcome, report.steps.iter().count()), (Outcome::Created, 1));
}

// promise: I4
#[tokio::test]
async fn a_forged_cookie_costs_no_store_read() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    let forged = browser.cookie.take().unwrap();
    let (rest, last) = forged.split_at(forged.len() - 1);
    browser.cookie = Some(format!("{rest}{}", if last == "A" { "E" } else { "A" }));
    browser
        .visit(async |session| assert_ne!(session.verdict().unwrap(), sansession::Verdict::Resumed))
        .await;
    assert_eq!(site.calls(), []);
}

/// Those who ask at the same time wait for one load, and share what it brings.
// promise: L1
#[tokio::test(start_paused = true)]
async fn several_extractors_of_a_request_share_one_exchange() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    site.store().slows(Duration::from_millis(20));
    let response = browser
        .send(async |request| {
            let open = || Session::open(request.extensions());
            let (a, b) = tokio::join!(open(), open());
            let (a, b, c) = (a.unwrap(), b.unwrap(), open().await.unwrap());
            a.insert("visits", &2_u32).unwrap();
            assert_eq!(b.get("visits"), Ok(Some(2_u32)));
            c.insert("more", &3_u32).unwrap();
            page(StatusCode::OK)
        })
        .await;
    assert_eq!(outcome(&response), Some(Outcome::Updated));
    assert_eq!(site.calls(), [Call::Load, Call::Update]);
    assert_eq!((browser.reads("visits").await, browser.reads("more").await), (Some(2), Some(3)));
}

/// An extractor in a `select!` or under a time-out may be dropped while the store is asked.
// promise: L16
#[tokio::test(start_paused = true)]
async fn an_open_that_was_dropped_is_begun_anew() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    site.store().slows(Duration::from_millis(20));
    browser
        .send(async |request| {
            let open = Session::open(request.extensions());
            assert!(tokio::time::timeout(Duration::from_millis(5), open).await.is_err());
            let session = Session::open(request.extensions()).await.unwrap();
            assert_eq!(session.get("visits"), Ok(Some(1_u32)));
            page(StatusCode::OK)
        })
        .await;
    assert_eq!(site.calls(), [Call::Load, Call::Load]);
}

/// The pool hands the handle and slot of one request to the next; nothing of the last one may show.
// promise: L1
#[tokio::test]
async fn a_used_slot_tells_nothing_to_the_next_request() {
    let site = Site::new();
    let mut ada = site.visitor().await;
    ada.visit(async |session| session.login("ada").unwrap()).await;
    ada.visit(async |session| assert_eq!(session.principal(), Ok(Some("ada".to_owned())))).await;
    let mut stranger = site.browser();
    stranger
        .visit(async |session| {
            assert_eq!(session.principal(), Ok(None));
            assert_eq!(session.keys(), Ok(vec![]));
            assert_eq!(session.handle(), Ok(None));
        })
        .await;
}
