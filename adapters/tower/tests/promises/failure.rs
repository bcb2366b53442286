//! A store that fails is an error for the application, never a new session.

use std::error::Error;

use http::{Response, StatusCode, header};
use sansession::{Outcome, Slot};
use sansession_tower::{Refused, Report, Session};

use crate::browser::{Site, header, outcome, page, set_cookie};
use crate::shelf::{Broken, Call};

// promise: L15
#[tokio::test]
async fn a_store_that_fails_to_load_is_503_and_no_cookie() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    site.store().breaks(Call::Load);
    let response = browser
        .send(async |request| {
            let refused = Session::open(request.extensions()).await.unwrap_err();
            assert!(matches!(refused, Refused::Load { .. }));
            assert!(refused.source().and_then(<dyn Error>::downcast_ref::<Broken>).is_some());
            // The second to ask gets the same answer, and the store is left alone.
            assert!(Session::open(request.extensions()).await.is_err());
            page(refused.status())
        })
        .await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(set_cookie(&response), None);
    assert_eq!(site.calls(), [Call::Load]);
    let report = response.extensions().get::<Report>().unwrap();
    assert_eq!((report.verdict, report.outcome), (None, Outcome::StoreFailed));

    site.store().heals();
    assert_eq!(browser.reads("visits").await, Some(1));
}

// promise: L15
#[tokio::test]
async fn a_store_that_fails_to_store_is_503_and_the_page_is_not_sent() {
    let site = Site::new();
    for (mut browser, broken) in
        [(site.browser(), Call::Create), (site.visitor().await, Call::Update)]
    {
        let before = site.store().records();
        site.store().breaks(broken);
        let response =
            browser.visit(async |session| session.insert("visits", &2_u32).unwrap()).await;
        site.store().heals();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.body(), "the session store failed to store");
        assert_eq!(set_cookie(&response), None);
        assert_eq!(header(&response, header::VARY), "Cookie");
        assert_eq!(outcome(&response), Some(Outcome::StoreFailed));
        assert_eq!(site.store().records(), before);
    }
}

// promise: L15
#[tokio::test]
async fn a_full_store_is_507() {
    let site = Site::new();
    *site.store().full.lock().unwrap() = true;
    let response =
        site.browser().visit(async |session| session.insert("visits", &1_u32).unwrap()).await;
    assert_eq!(response.status(), StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!((set_cookie(&response), outcome(&response)), (None, Some(Outcome::StoreFull)));
}

/// What the handler put on its own answer goes with it.
// promise: L15
#[tokio::test]
async fn nothing_of_a_refused_answer_is_sent() {
    let site = Site::new();
    site.store().breaks(Call::Create);
    let response = site
        .browser()
        .send(async |request| {
            Session::open(request.extensions()).await.unwrap().insert("visits", &1_u32).unwrap();
            let welcome = Response::builder()
                .header(header::SET_COOKIE, "theme=dark")
                .header("x-told", "yes");
            welcome.body("welcome".to_owned()).unwrap()
        })
        .await;
    assert_eq!((set_cookie(&response), response.headers().get("x-told")), (None, None));
}

// promise: L15
#[tokio::test]
async fn a_soft_step_that_fails_does_not_change_the_answer() {
    let site = Site::of(crate::browser::QUIET.touch_share(0));
    let mut browser = site.visitor().await;
    site.store().breaks(Call::Touch);
    site.wait_secs(60);
    let response = browser.visit(async |_| {}).await;
    assert_eq!(site.calls(), [Call::Load, Call::Touch]);
    assert_eq!((response.body().as_str(), outcome(&response)), ("page", Some(Outcome::SoftFailed)));
}

// promise: L14
#[tokio::test]
async fn a_record_that_does_not_fit_the_slot_is_500_and_is_left_alone() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    browser.visit(async |session| session.insert_str("note", &"n".repeat(400)).unwrap()).await;
    let before = site.store().records();

    let mut moved =
        site.rebuilt(|layer| layer.slots(|| Box::new(Slot::<[u8; 512]>::new()))).browser();
    moved.cookie = browser.cookie;
    let response = moved.visit(async |_| panic!("it does not open")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(set_cookie(&response), None);
    assert_eq!(site.store().records(), before);
}

/// A node with larger slots made the record grow while the request was under way.
// promise: L6
#[tokio::test]
async fn a_record_that_outgrew_the_slot_meanwhile_is_500_and_is_left_alone() {
    let site = Site::new();
    let mut large = site.visitor().await;
    let mut small =
        site.rebuilt(|layer| layer.slots(|| Box::new(Slot::<[u8; 512]>::new()))).browser();
    small.cookie.clone_from(&large.cookie);
    let response = small
        .visit(async |session| {
            large
                .visit(async |session| session.insert_str("note", &"n".repeat(400)).unwrap())
                .await;
            session.insert("visits", &2_u32).unwrap();
        })
        .await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.body(), "the stored session cannot be used here");
    assert_eq!(set_cookie(&response), None);
    assert_eq!(large.reads("visits").await, Some(1));
}

/// One shape for both: an extractor's refusal, and a commit's.
// promise: L15
#[tokio::test]
async fn the_application_shapes_a_refusal() {
    let site = Site::new();
    let site = site.rebuilt(|layer| {
        layer.on_refused(|refused| {
            let body = format!("{{\"error\":{:?}}}", refused.outcome().map(Outcome::name));
            Response::builder().status(refused.status()).body(body).unwrap()
        })
    });
    let mut browser = site.visitor().await;

    site.store().breaks(Call::Update);
    let response = browser.visit(async |session| session.insert("visits", &2_u32).unwrap()).await;
    assert_eq!(response.body(), r#"{"error":Some("store-failed")}"#);
    assert_eq!(header(&response, header::VARY), "Cookie");
}

// promise: L15
#[tokio::test]
async fn a_handler_may_answer_without_the_session() {
    let site = Site::new();
    let mut browser = site.visitor().await;
    site.store().breaks(Call::Load);
    let response = browser
        .send(async |request| {
            assert!(Session::open(request.extensions()).await.is_err());
            page(StatusCode::OK)
        })
        .await;
    assert_eq!((response.status(), response.body().as_str()), (StatusCode::OK, "page"));
    assert_eq!(set_cookie(&response), None);
}
