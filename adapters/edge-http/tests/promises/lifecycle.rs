//! Log in, see a message once, log out; what is read and what is sent for it.

use sansession_web_support::{Call, exchange};

use crate::site::{on_site, on_small_site};

// promise: L1 L2 L4 F1
#[tokio::test]
async fn a_whole_visit() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("GET /look").await;
        assert_eq!(answer.page(), (200, "nobody 0 nothing"));
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(browser.send("POST /count").await.outcome(), "created");
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 counted"));
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));

        let anonymous = browser.clone();
        let mut connection = browser.connect().await;
        let answer = exchange(&mut connection, &browser.text("POST /login", "ada")).await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "rotated"));
        browser.keep(&answer);
        assert_eq!(browser.send("GET /look").await.page(), (200, "ada 1 nothing"));
        assert_eq!(anonymous.clone().send("GET /verdict").await.page(), (200, "unknown"));

        let mut thief = browser.clone();
        let answer = browser.send("POST /logout").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "destroyed"));
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        assert!(site.board.shelf.records().is_empty());
        assert_eq!(thief.send("GET /verdict").await.page(), (200, "unknown"));
    })
    .await;
}

// promise: H2 H3
#[tokio::test]
async fn the_cookie_is_found_in_any_of_several_headers() {
    on_site(async |site| {
        let cookie = site.visitor().await.cookie.unwrap();
        for lines in [
            format!("Cookie: theme=dark\r\ncookie: lang=en; {cookie}"),
            format!("COOKIE: {cookie}\r\nCookie: session=junk"),
        ] {
            let request = format!("GET /look?all HTTP/1.1\r\nHost: board\r\n{lines}\r\n\r\n");
            let answer = exchange(&mut site.browser().connect().await, &request).await;
            assert_eq!(answer.page(), (200, "nobody 1 nothing"), "{lines}");
        }
    })
    .await;
}

// promise: H6 L1
#[tokio::test]
async fn a_request_that_never_asks_costs_nothing_and_gets_nothing() {
    on_site(async |site| {
        let answer = site.visitor().await.send("GET /ping").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "pong"), "unopened"));
        for name in ["vary", "cache-control", "set-cookie"] {
            assert_eq!(answer.header(name), "", "{name}");
        }
        assert_eq!(site.board.shelf.calls(), []);
    })
    .await;
}

// promise: H6
#[tokio::test]
async fn what_was_read_varies_and_what_was_set_is_not_stored() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let read = browser.send("GET /look").await;
        assert_eq!(
            (read.header("vary").as_str(), read.header("cache-control").as_str()),
            ("Cookie", "")
        );
        assert_eq!(site.board.shelf.calls(), [Call::Load]);
        let set = browser.send("POST /logout").await;
        assert_eq!(
            (set.header("vary").as_str(), set.header("cache-control").as_str()),
            ("Cookie", "no-store")
        );
    })
    .await;
}

/// One connection, two users, one slot.
// promise: L1 H6
#[tokio::test]
async fn each_request_of_a_connection_is_its_own_exchange() {
    on_small_site(async |site| {
        let (mut one, mut two, mut nobody) = (site.browser(), site.browser(), site.browser());
        let mut connection = one.connect().await;
        one.send_over(&mut connection, "POST /count").await;
        two.send_over(&mut connection, "POST /count").await;
        two.send_over(&mut connection, "POST /count").await;
        assert_eq!(nobody.send_over(&mut connection, "GET /look").await.body, "nobody 0 nothing");
        assert_eq!(one.send_over(&mut connection, "GET /look").await.body, "nobody 1 counted");
        assert_eq!(two.send_over(&mut connection, "GET /look").await.body, "nobody 2 counted");
    })
    .await;
}

/// The head is sent when all is stored, and the rest of the body when the session is closed.
// promise: L15
#[tokio::test]
async fn a_body_is_written_bit_by_bit_after_the_commit() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("POST /bit-by-bit").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "created"));
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 counted"));
    })
    .await;
}
