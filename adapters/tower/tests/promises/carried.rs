//! Sessions without a store: the cookie carries them, signed or sealed.

use http::{StatusCode, header};
use sansession::{Outcome, Sessions, Timestamp, Verdict, WriteError};
use sansession_tower::{Report, Session, SessionError, SessionLayer};

use crate::browser::{Browser, QUIET, header, outcome, page, ring, set_cookie};

const NOW: u64 = 1_000_000;

fn sealed() -> SessionLayer {
    at_rest(SessionLayer::carried(Sessions::sealed(QUIET, &ring()).unwrap()))
}

/// Both kinds, at a time that stands still.
fn both() -> [SessionLayer; 2] {
    [at_rest(SessionLayer::carried(Sessions::carried(QUIET, &ring()).unwrap())), sealed()]
}

fn at_rest(layer: SessionLayer) -> SessionLayer {
    layer.reports().clock(|| Timestamp::from_secs(NOW))
}

/// A browser whose session has `visits` = 1.
async fn visitor(layer: &SessionLayer) -> Browser {
    let mut browser = Browser::at(layer);
    let response = browser.visit(async |session| session.insert("visits", &1_u32).unwrap()).await;
    assert_eq!(outcome(&response), Some(Outcome::Created));
    browser
}

// promise: L1 L2 F1
#[tokio::test]
async fn what_is_written_comes_back_with_the_cookie() {
    for layer in both() {
        let mut browser = visitor(&layer).await;
        browser
            .visit(async |session| {
                assert_eq!(session.get("visits"), Ok(Some(1_u32)));
                session.login("ada").unwrap();
                session.flash_str("notice", "hello").unwrap();
            })
            .await;
        for notice in [Some("hello".to_owned()), None] {
            browser
                .visit(async |session| {
                    assert_eq!(session.verdict(), Ok(Verdict::Resumed));
                    assert_eq!(session.principal(), Ok(Some("ada".to_owned())));
                    assert_eq!(session.flashed("notice"), Ok(notice));
                    assert_eq!(session.handle(), Ok(None));
                })
                .await;
        }
    }
}

// promise: L1 H6
#[tokio::test]
async fn a_request_that_only_reads_gets_no_cookie() {
    for layer in both() {
        for mut browser in [Browser::at(&layer), visitor(&layer).await] {
            let response = browser.visit(async |_| {}).await;
            assert_eq!(
                (set_cookie(&response), outcome(&response)),
                (None, Some(Outcome::Unchanged))
            );
            assert_eq!(header(&response, header::VARY), "Cookie");
            assert_eq!(header(&response, header::CACHE_CONTROL), "");
        }
    }
}

// promise: L14
#[tokio::test]
async fn the_report_tells_of_a_cookie_and_of_no_step() {
    for layer in both() {
        let mut browser = visitor(&layer).await;
        let response =
            browser.visit(async |session| session.insert("visits", &2_u32).unwrap()).await;
        let report = response.extensions().get::<Report>().unwrap();
        assert_eq!((report.outcome, report.steps.iter().count()), (Outcome::Updated, 0));
        assert_eq!(report.set_cookie_bytes, set_cookie(&response).unwrap().len());
        assert_eq!(header(&response, header::CACHE_CONTROL), "no-store");
    }
}

// promise: L4
#[tokio::test]
async fn a_logout_removes_the_cookie() {
    for layer in both() {
        let mut browser = visitor(&layer).await;
        let response = browser.visit(async |session| session.invalidate().unwrap()).await;
        assert_eq!((outcome(&response), browser.cookie), (Some(Outcome::Destroyed), None));
    }
}

// promise: L16
#[tokio::test]
async fn a_5xx_drops_what_was_written_and_carries_out_a_logout() {
    for layer in both() {
        let mut browser = visitor(&layer).await;
        for logout in [false, true] {
            let response = browser
                .send(async |request| {
                    let session = Session::open(request.extensions()).await.unwrap();
                    session.insert("visits", &2_u32).unwrap();
                    if logout {
                        session.invalidate().unwrap();
                    }
                    page(StatusCode::BAD_GATEWAY)
                })
                .await;
            assert_eq!(response.status(), StatusCode::BAD_GATEWAY);
            assert_eq!(set_cookie(&response).is_some(), logout);
        }
        assert_eq!(browser.cookie, None);
    }
}

// promise: C1
#[tokio::test]
async fn a_token_is_good_for_its_own_session_only() {
    for layer in both() {
        let (mut browser, mut other) = (visitor(&layer).await, visitor(&layer).await);
        let mut token = String::new();
        browser.visit(async |session| token = session.csrf_token().unwrap().to_string()).await;
        for (browser, good) in [(&mut browser, true), (&mut other, false)] {
            browser.visit(async |session| assert_eq!(session.verify_csrf(&token), Ok(good))).await;
        }
    }
}

/// The host keeps one time per user, and that ends all sessions that it has.
// promise: L11
#[tokio::test]
async fn a_session_from_before_its_principals_cut_is_refused() {
    let layer = sealed();
    let [mut ada, mut eve, mut nobody] = [(); 3].map(|()| Browser::at(&layer));
    for (browser, name) in [(&mut ada, "ada"), (&mut eve, "eve")] {
        browser.visit(async |session| session.login(name).unwrap()).await;
    }
    nobody.visit(async |session| session.insert("visits", &1_u32).unwrap()).await;

    let cut = at_rest(SessionLayer::carried_unless(
        Sessions::sealed(QUIET, &ring()).unwrap(),
        |principal| (principal == "ada").then(|| Timestamp::from_secs(NOW + 1)),
    ));
    for (browser, verdict) in
        [(ada, Verdict::Unknown), (eve, Verdict::Resumed), (nobody, Verdict::Resumed)]
    {
        let mut after = Browser::at(&cut);
        after.cookie = browser.cookie;
        after.visit(async |session| assert_eq!(session.verdict(), Ok(verdict))).await;
    }
}

/// Writes a value, or leaves a message, as long as the session takes; gives back how long that is.
fn fill(session: &Session, write: fn(&Session, &str) -> Result<(), SessionError>) -> usize {
    let text = "x".repeat(4096);
    let Err(SessionError::Write(WriteError::Full { needed, free })) = write(session, &text) else {
        panic!("4096 bytes fit a cookie of 4095")
    };
    let most = text.len() - (needed - free);
    assert!(write(session, &text[..=most]).is_err());
    write(session, &text[..most]).unwrap();
    most
}

// promise: T10
#[tokio::test]
async fn the_default_slot_holds_a_whole_cookie_of_data_or_of_flash() {
    for layer in both() {
        for write in [
            |session: &Session, text: &str| session.insert_str("key", text),
            |session: &Session, text: &str| session.flash_str("key", text),
        ] {
            let mut browser = Browser::at(&layer);
            let mut most = 0;
            browser.visit(async |session| most = fill(&session, write)).await;
            // Name, `=` and base64url in steps of four.
            let cookie = browser.cookie.as_ref().unwrap().len();
            assert!((4092..=4096).contains(&cookie), "{cookie} bytes");
            browser
                .visit(async |session| {
                    let kept: Option<String> = session.get("key").unwrap();
                    let kept = kept.or_else(|| session.flashed("key").unwrap());
                    assert_eq!(kept.unwrap().len(), most);
                })
                .await;
        }
    }
}

// promise: I6
#[tokio::test]
async fn debug_shows_nothing_of_a_session_that_is_carried() {
    for layer in both() {
        let mut browser = Browser::at(&layer);
        let response = browser.visit(async |session| session.login("the-principal").unwrap()).await;
        let cookie = browser.cookie.unwrap();
        let (_, token) = cookie.split_once('=').unwrap();
        let shown = format!("{layer:?} {:?} {:?}", response.headers(), response.extensions());
        for part in token.as_bytes().windows(8) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!shown.contains(part), "{part} is shown in {shown}");
        }
        assert!(!shown.contains("the-principal"), "{shown}");
    }
}
