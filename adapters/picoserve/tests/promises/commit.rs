//! The commit comes before the head, and nothing comes after it.

use std::time::Duration;

use sansession_web_support::{Call, exchange};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::site::on_site;

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
        assert!(site.board.shelf.records().is_empty());
        site.board.shelf.releases();
        let answer = exchange(&mut connection, "").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "created"));
    })
    .await;
}

/// A copy that outlived its request cannot write, also when another request has the slot.
// promise: L15
#[tokio::test]
async fn a_copy_of_the_session_is_closed_after_the_commit() {
    on_site(async |site| {
        let mut browser = site.browser();
        assert_eq!(browser.send("POST /leave").await.outcome(), "created");
        let left = site.place.left.take().unwrap();
        assert!(left.insert("visits", &99_u32).is_err());

        let mut slow = browser.clone();
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            assert!(left.insert("visits", &99_u32).is_err());
            assert!(left.login("mallory").is_err());
            site.place.releases(1);
        });
        assert_eq!(answer.outcome(), "updated");
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 2 counted"));
    })
    .await;
}
