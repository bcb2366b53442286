//! Log in, see a message once, log out.

use crate::site::on_site;

// promise: L1 L2 L4 F1
#[tokio::test]
async fn a_whole_visit() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("GET /look").await;
        assert_eq!(answer.page(), (200, "nobody 0 nothing"));
        assert_eq!(answer.header("set-cookie"), "");
        assert!(site.board.shelf.records().is_empty());

        assert_eq!(browser.send("POST /login/ada").await.outcome(), "created");
        assert_eq!(browser.send("GET /look").await.page(), (200, "ada 0 welcome"));
        assert_eq!(browser.send("GET /look").await.page(), (200, "ada 0 nothing"));

        let before = browser.clone();
        let answer = browser.send("POST /logout").await;
        assert_eq!((answer.page(), answer.outcome().as_str()), ((200, "page"), "destroyed"));
        assert!(answer.header("set-cookie").contains("Max-Age=0"));
        assert!(site.board.shelf.records().is_empty());

        let mut thief = before;
        assert_eq!(thief.send("GET /look").await.page(), (200, "nobody 0 nothing"));
        assert_eq!(thief.send("GET /verdict").await.page(), (200, "unknown"));
    })
    .await;
}

/// The answer to a stale cookie changes nothing in the browser that sent it.
// promise: L2 L10
#[tokio::test]
async fn a_stale_cookie_is_unknown_and_gets_no_other() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let mut stale = browser.clone();
        assert_eq!(browser.send("POST /regenerate").await.outcome(), "rotated");
        let answer = stale.send("GET /verdict").await;
        assert_eq!((answer.page(), answer.header("set-cookie").as_str()), ((200, "unknown"), ""));
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
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
            site.place.releases(1);
        });
        assert_eq!(answer.page(), (409, "the session was ended while the request was under way"));
        assert_eq!((answer.outcome().as_str(), answer.header("set-cookie").as_str()), ("gone", ""));
        assert!(site.board.shelf.records().is_empty());
    })
    .await;
}

/// Two requests of one browser that overlap, each with the session open before the other stores.
// promise: L6
#[tokio::test]
async fn overlapping_writes_are_both_stored() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let mut slow = browser.clone();
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            browser.send("POST /login/ada").await;
            site.place.releases(1);
        });
        // The log-in gave the session a new id: what the old one asked for is refused.
        assert_eq!((answer.status, answer.outcome().as_str()), (409, "gone"));

        let mut slow = browser.clone();
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            assert_eq!(browser.send("POST /twice").await.outcome(), "updated");
            site.place.releases(1);
        });
        assert_eq!(answer.outcome(), "updated");
    })
    .await;
}

// promise: C1
#[tokio::test]
async fn a_csrf_token_is_good_for_its_browser_only() {
    on_site(async |site| {
        let mut browser = site.browser();
        let answer = browser.send("GET /csrf").await;
        assert_eq!(answer.outcome(), "guest");
        let line = format!("POST /csrf/{}", answer.body);
        assert_eq!(browser.send(&line).await.page(), (200, "good"));
        assert_eq!(site.visitor().await.send(&line).await.page(), (200, "bad"));
    })
    .await;
}

#[tokio::test]
async fn all_who_ask_have_the_same_exchange() {
    on_site(async |site| {
        assert_eq!(site.browser().send("POST /twice").await.page(), (200, "Some(41)"));
        assert_eq!(site.browser().send("GET /nested").await.page(), (200, "the session is closed"));
    })
    .await;
}
