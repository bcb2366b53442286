//! How a request ended decides what is stored.

use sansession::{Outcome, Verdict};
use sansession_web_support::{Call, Told};

use crate::site::{on_site, on_small_site};

// promise: L16
#[tokio::test]
async fn a_handler_that_answers_5xx_stores_nothing() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let before = site.board.shelf.records();
        let answer = browser.send("POST /fail").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((500, "failed"), "unchanged"));
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(site.board.shelf.records(), before);
        assert_eq!(site.board.shelf.calls(), [Call::Load]);
        let told = Told {
            verdict: Some(Verdict::Resumed),
            outcome: Outcome::Unchanged,
            steps: 0,
            refused: None,
            upkeep: false,
        };
        assert_eq!(site.board.told(), [told]);
    })
    .await;
}

// promise: L16
#[tokio::test]
async fn a_logout_is_carried_out_although_the_handler_failed() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let answer = browser.send("POST /fail-to-log-out").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((503, "failed"), "destroyed"));
        assert!(answer.header("set-cookie").starts_with("session=; "));
        assert!(site.board.shelf.records().is_empty());
    })
    .await;
}

// promise: L16 D4
#[tokio::test]
async fn a_dropped_request_changes_nothing_and_gives_its_slot_back() {
    on_small_site(async |site| {
        let mut browser = site.visitor().await;
        let before = site.board.shelf.records();
        let mut slow = browser.clone();
        tokio::select! {
            _ = slow.send("POST /slow") => panic!("the gate is shut"),
            () = async {
                site.place.opened().await;
                assert_eq!(browser.send("GET /look").await.status, 503);
                site.drop_connections();
            } => {}
        }
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
        assert_eq!(site.board.shelf.records(), before);
    })
    .await;
}

/// Dropped while the record is being read, and while it is being stored.
// promise: L16 S2
#[tokio::test]
async fn a_request_that_is_dropped_in_the_store_gives_its_slot_back() {
    on_small_site(async |site| {
        let mut browser = site.visitor().await;
        let before = site.board.shelf.records();
        for held in [Call::Load, Call::Update] {
            let mut slow = browser.clone();
            site.board.shelf.holds(held);
            tokio::select! {
                _ = slow.send("POST /count") => panic!("the store holds it"),
                () = site.board.shelf.reached() => {}
            }
            site.drop_connections();
            assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
            assert_eq!(site.board.shelf.records(), before);
        }
    })
    .await;
}
