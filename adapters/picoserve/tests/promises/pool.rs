//! As many requests with a session as there are slots.

use sansession_picoserve::Slots;
use sansession_web_support::{Board, QUIET};

use crate::site::{on_site_of, on_small_site};

// promise: D4
#[tokio::test]
async fn without_a_free_slot_a_request_is_told_to_come_back() {
    on_small_site(async |site| {
        let mut slow = site.browser();
        let mut browser = site.browser();
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            let refused = browser.send("POST /count").await;
            assert_eq!(refused.page(), (503, "too many requests at once"));
            assert_eq!(refused.header("retry-after"), "1");
            assert_eq!(refused.header("set-cookie"), "");
            // Who does not ask needs no slot.
            assert_eq!(browser.send("GET /ping").await.page(), (200, "pong"));
            site.place.releases(1);
        });
        assert_eq!(answer.outcome(), "created");
        assert_eq!(browser.send("POST /count").await.outcome(), "created");
    })
    .await;
}

/// Each writes into its own slot while all of them are open.
// promise: D4
#[tokio::test]
async fn requests_at_once_never_share_a_slot() {
    let pool = Box::leak(Box::new(Slots::<3, 512>::new()));
    on_site_of(Board::of(QUIET), pool, async |site| {
        let mut browsers = [site.browser(), site.browser(), site.browser()];
        for (browser, name) in browsers.iter_mut().zip(["ada", "bob", "eve"]) {
            browser.send(&format!("POST /login/{name}")).await;
        }
        let [mut ada, mut bob, mut eve] = browsers.clone();
        let (one, two, three, ()) = tokio::join!(
            ada.send("POST /slow"),
            bob.send("POST /slow"),
            eve.send("POST /slow"),
            async {
                for _ in 0..3 {
                    site.place.opened().await;
                }
                site.place.releases(3);
            }
        );
        for answer in [one, two, three] {
            assert_eq!(answer.outcome(), "updated");
        }
        for (mut browser, name) in browsers.into_iter().zip(["ada", "bob", "eve"]) {
            let expected = format!("{name} 1 counted");
            assert_eq!(browser.send("GET /look").await.page(), (200, expected.as_str()));
        }
    })
    .await;
}

/// The one slot has held a record and its changes, of a request that was answered and of one that was dropped.
// promise: I6
#[tokio::test]
async fn a_slot_is_wiped_when_it_is_given_back() {
    on_small_site(async |site| {
        let mut browser = site.visitor().await;
        let mut slow = browser.clone();
        tokio::select! {
            _ = slow.send("POST /slow") => panic!("the gate is shut"),
            () = site.place.opened() => site.drop_connections(),
        }
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
        assert_eq!(site.board.shelf.remains(), 0);
    })
    .await;
}
