//! What cannot be stored is not answered as if it were.

use sansession_edge_http::{CookieTooLong, Slots, WithSession};
use sansession_web_support::{Board, Call, QUIET};

use crate::site::{on_site, on_site_of};

// promise: L15
#[tokio::test]
async fn a_store_that_fails_to_load_is_503_and_no_cookie() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        site.board.shelf.breaks(Call::Load);
        let answer = browser.send("POST /count").await;
        assert_eq!(answer.page(), (503, "the session store failed to load"));
        assert_eq!(
            (answer.outcome().as_str(), answer.header("set-cookie").as_str()),
            ("store-failed", "")
        );
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn a_store_that_fails_to_store_is_503_and_the_page_is_not_sent() {
    on_site(async |site| {
        for line in ["POST /count", "POST /bit-by-bit"] {
            site.board.shelf.breaks(Call::Create);
            let answer = site.browser().send(line).await;
            assert_eq!(answer.page(), (503, "the session store failed to store"), "{line}");
            // Nothing that the handler put on its page is sent with it.
            assert_eq!(answer.header("set-cookie"), "");
            assert_eq!(
                (answer.header("vary").as_str(), answer.outcome().as_str()),
                ("Cookie", "store-failed")
            );
            assert!(site.board.shelf.records().is_empty());
        }
        let answer = site.browser().send("POST /api/count").await;
        assert_eq!(answer.page(), (503, r#"{"error":"store-failed"}"#));
        assert_eq!(answer.header("content-type"), "application/json");
    })
    .await;
}

/// The handler is told to write nothing, and the connection stays good.
// promise: L15
#[tokio::test]
async fn nothing_follows_a_refusal_on_its_connection() {
    on_site(async |site| {
        site.board.shelf.breaks(Call::Create);
        let mut browser = site.browser();
        let mut connection = browser.connect().await;
        for _ in 0..2 {
            let refused = browser.send_over(&mut connection, "POST /bit-by-bit").await;
            assert_eq!(refused.page(), (503, "the session store failed to store"));
        }
        let answer = browser.send_over(&mut connection, "GET /ping").await;
        assert_eq!(answer.page(), (200, "pong"));
    })
    .await;
}

// promise: L5 L6
#[tokio::test]
async fn a_slow_write_does_not_bring_a_session_back_after_the_logout() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let mut slow = browser.clone();
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            assert_eq!(browser.send("POST /logout").await.outcome(), "destroyed");
            site.place.release();
        });
        assert_eq!((answer.status, answer.outcome().as_str()), (409, "gone"));
        assert_eq!(answer.header("set-cookie"), "");
        assert!(site.board.shelf.records().is_empty());
    })
    .await;
}

/// The handler tries eleven, is told, and answers with ten.
#[tokio::test]
async fn too_many_headers_store_and_send_nothing() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("POST /adorned").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "created"));
        assert_eq!(answer.headers.iter().filter(|(name, _)| name == "X-Much").count(), 10);
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 counted"));
    })
    .await;
}

/// Told when the site is built, not when a session cannot be set.
// promise: H4
#[test]
fn a_cookie_that_would_not_fit_is_refused_at_start_up() {
    static SLOTS: Slots<1, 256> = Slots::new();
    let path = "/a-path-that-is-long".repeat(5).leak();
    let longest = Board::of(QUIET.cookie_path(&path[..95]));
    assert!(WithSession::new(longest, &SLOTS, ()).is_ok());
    let longer = Board::of(QUIET.cookie_path(&path[..96]));
    let error = WithSession::new(longer, &SLOTS, ()).map(drop).unwrap_err();
    let CookieTooLong { needed, .. } = error;
    assert_eq!(needed, 257);
    assert_eq!(error.to_string(), "a session cookie of up to 257 bytes is longer than 256");
}

// promise: H4
#[tokio::test]
async fn the_longest_cookie_that_fits_is_sent_whole() {
    let path: &str = "/a-path-that-is-long".repeat(5).leak();
    let board = Board::of(
        QUIET.cookie_path(&path[..95]).absolute(std::time::Duration::from_secs(34_560_000)),
    );
    on_site_of(board, Box::leak(Box::new(Slots::<1, 512>::new())), async |site| {
        let answer = site.browser().send("POST /silent").await;
        let cookie = answer.header("set-cookie");
        assert_eq!(cookie.len(), 256);
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax"), "{cookie}");
    })
    .await;
}
