//! Which headers are read, and which are sent.

use sansession_web_support::{Call, exchange};

use crate::site::on_site;

/// Also beside other cookies, in a header whose name is written otherwise.
// promise: H2 H3
#[tokio::test]
async fn the_cookie_is_found_in_any_of_several_headers() {
    on_site(async |site| {
        let cookie = site.visitor().await.cookie.unwrap();
        for lines in [
            format!("Cookie: theme=dark\r\ncookie: lang=en; {cookie}"),
            format!("COOKIE: {cookie}\r\nCookie: session=junk"),
            format!("Cookie: session=junk\r\nCookie: {cookie}"),
        ] {
            let request = format!("GET /look HTTP/1.1\r\nHost: board\r\n{lines}\r\n\r\n");
            let answer = exchange(&mut site.browser().connect().await, &request).await;
            assert_eq!(answer.page(), (200, "nobody 1 nothing"), "{lines}");
        }
    })
    .await;
}

// promise: I4
#[tokio::test]
async fn junk_costs_no_read() {
    on_site(async |site| {
        let mut browser = site.browser();
        browser.cookie = Some("session=junk".to_owned());
        assert_eq!(browser.send("GET /verdict").await.page(), (200, "malformed"));
        assert_eq!(site.board.shelf.calls(), []);
    })
    .await;
}

// promise: H6 L1
#[tokio::test]
async fn a_request_that_never_asks_costs_nothing_and_gets_nothing() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        for line in ["GET /ping", "GET /nowhere", "POST /ping"] {
            let answer = browser.send(line).await;
            assert_eq!(answer.outcome(), "unopened", "{line}");
            for name in ["vary", "cache-control", "set-cookie"] {
                assert_eq!(answer.header(name), "", "{line}: {name}");
            }
        }
        assert_eq!(site.board.shelf.calls(), []);
        assert_eq!(site.board.told(), []);
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
            (read.header("vary"), read.header("cache-control")),
            ("Cookie".into(), String::new())
        );
        assert_eq!(site.board.shelf.calls(), [Call::Load]);

        let set = browser.send("POST /regenerate").await;
        assert_eq!(
            (set.header("vary"), set.header("cache-control")),
            ("Cookie".into(), "no-store".into())
        );
    })
    .await;
}

/// The handler's own headers stay: `no-store` beside them is enough for a cache (RFC 9111, 5.2.2.5).
// promise: H4 H6
#[tokio::test]
async fn the_handlers_own_headers_stay() {
    on_site(async |site| {
        let answer = site.browser().send("POST /adorned").await;
        assert_eq!(answer.header("vary"), "Accept, Cookie");
        assert_eq!(answer.header("cache-control"), "public, max-age=60, no-store");
        let cookies: Vec<_> =
            answer.headers.iter().filter(|(name, _)| name == "Set-Cookie").collect();
        assert_eq!(cookies.len(), 2);
        assert_eq!(cookies[0].1, "theme=dark");
        assert!(cookies[1].1.starts_with("session="), "{cookies:?}");
        assert!(cookies[1].1.ends_with("; HttpOnly; SameSite=Lax"), "{cookies:?}");
    })
    .await;
}
