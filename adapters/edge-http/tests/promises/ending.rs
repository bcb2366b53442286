//! How a request ended decides what is stored.

use std::time::Duration;

use sansession_web_support::{Call, exchange};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

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
    })
    .await;
}

// promise: L16
#[tokio::test]
async fn a_handler_that_gives_up_stores_nothing_but_a_logout() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let before = site.board.shelf.records();
        let answer = browser.send("POST /give-up").await;
        assert_eq!((answer.status, answer.header("set-cookie").as_str()), (500, ""));
        assert_eq!(site.board.shelf.records(), before);

        assert_eq!(browser.send("POST /give-up-logging-out").await.status, 500);
        assert!(site.board.shelf.records().is_empty());
    })
    .await;
}

/// The server then sends an empty 200.
// promise: L1
#[tokio::test]
async fn a_handler_that_does_not_answer_is_committed() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("POST /silent").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, ""), "created"));
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 counted"));
    })
    .await;
}

// promise: L4 S1
#[tokio::test]
async fn nothing_is_on_the_wire_before_it_is_stored() {
    on_site(async |site| {
        let browser = site.browser();
        let mut connection = browser.connect().await;
        site.board.shelf.holds(Call::Create);
        connection.write_all(browser.text("POST /count", "").as_bytes()).await.unwrap();
        site.board.shelf.reached().await;
        // As long as the store is at work there is nothing to read, however long one waits.
        let early = timeout(Duration::from_millis(100), connection.peek(&mut [0])).await;
        assert!(early.is_err(), "the head came before the commit");
        site.board.shelf.releases();
        let answer = exchange(&mut connection, "").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "created"));
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
