//! The application without a board: what the tests on the board would take long for, or could not see.

mod common;

use common::{Browser, Site, Store};
use sansession_firmware::Route;

#[test]
fn each_path_takes_its_method_and_no_other() {
    let routes = [
        ("GET", "/ping"),
        ("GET", "/style.css"),
        ("GET", "/"),
        ("POST", "/login"),
        ("POST", "/notes/delete"),
        ("GET", "/api/session"),
        ("PUT", "/api/session/data/k"),
        ("DELETE", "/api/session/data/k"),
        ("POST", "/api/session/flash/k"),
        ("POST", "/api/session/keep/k"),
        ("POST", "/api/session/reflash"),
        ("GET", "/api/session/list"),
        ("DELETE", "/api/session/list/k"),
        ("POST", "/api/slow/5/data/k"),
    ];
    for (method, path) in routes {
        assert!(!matches!(Route::find(method, path), Route::Wrong { .. }), "{method} {path}");
        let wrong = Route::find("PATCH", path);
        let api = path.starts_with("/api/");
        assert_eq!(wrong, Route::Wrong { api, path: true }, "{path}");
    }
    for path in [
        "/x",
        "//",
        "/api",
        "/api/",
        "/api/session/",
        "/api/session/data/",
        "/api/session/data/a/b",
        "/api/slow/5/data",
        "/login/",
    ] {
        let wrong = Route::Wrong { api: path.starts_with("/api/"), path: false };
        assert_eq!(Route::find("GET", path), wrong, "{path}");
    }
}

#[test]
fn a_slow_request_waits_a_minute_at_most() {
    let wait =
        |millis: &str| Route::find("POST", &format!("/api/slow/{millis}/data/k")).wait().is_ok();
    assert!(wait("0") && wait("60000"));
    assert!(!wait("60001") && !wait("-1") && !wait("x") && !wait("99999999999999999999"));
}

#[test]
fn a_page_has_room_for_the_fullest_session_and_says_what_it_leaves_out() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    browser.log_in(&site, "ada");
    // The longest that text gets by being escaped.
    let mut kept = 0;
    while browser.form(&site, "/notes", &format!("note={}", "%27".repeat(40))).0 == 303 {
        let page = browser.page(&site);
        assert!(page.ends_with("</html>\n"), "{page}");
        // A full session drops the notice first, and then the note.
        let notes = page.matches("class=\"note\"").count();
        if notes == kept {
            break;
        }
        kept = notes;
    }
    assert!(kept > 5, "{kept}");
    let mut others = [const { None }; 40];
    for other in &mut others {
        other.insert(Browser::default()).log_in(&site, "ada");
    }
    let page = browser.page(&site);
    assert!(page.ends_with("</html>\n"), "{page}");
    let shown = page.matches("End this one").count();
    let hidden =
        page.split("<li class=\"empty\">and ").nth(1).and_then(|rest| rest.split(' ').next());
    let hidden: usize = hidden.and_then(|digits| digits.parse().ok()).expect("it says so");
    assert_eq!(shown + hidden, 41, "{page}");
}

// promise: L16
#[test]
fn an_answer_without_room_is_an_error_and_changes_nothing() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    browser.send(&site, "PUT", "/api/session/data/a", &"x".repeat(300));
    browser.send(&site, "POST", "/api/session/flash/b", "once");
    let (answer, text) = browser.send_into(&site, 100, "GET", "/api/session", "");
    assert_eq!((answer.status, text.as_str()), (500, "{\"error\":\"long\"}"));
    let (_, text) = browser.send(&site, "GET", "/api/session", "");
    assert!(text.contains("\"flash\":{\"b\":\"once\"}"), "a message is lost: {text}");
    // Not even room for the error: the status must do.
    let (answer, text) = browser.send_into(&site, 5, "GET", "/api/session", "");
    assert_eq!((answer.status, text.as_str()), (500, ""));
}

#[test]
fn json_is_json_whatever_is_in_it() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    let nasty = "\"\\\u{0}\n\u{1f}\u{7f}é🦀</script>";
    assert_eq!(browser.send(&site, "PUT", "/api/session/data/%22%0A", nasty).0, 204);
    assert_eq!(browser.send(&site, "POST", "/api/session/flash-now/n", nasty).0, 200);
    let (_, text) = browser.send(&site, "GET", "/api/session", "");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(json["data"]["\"\n"], nasty);
}

#[test]
fn a_throttled_name_waits_and_is_let_in_again() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    let guess = |browser: &mut Browser| {
        let page = browser.page(&site);
        let token = page.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form = format!("csrf_token={}&user=eve&password=x", token.expect("a token"));
        browser.send_into(&site, 7168, "POST", "/login", &form).0
    };
    let slowed = (0..30).map(|_| guess(&mut browser)).find(|answer| answer.status != 401);
    let slowed = slowed.expect("nobody guesses for ever");
    let wait = slowed.retry_after.expect("it says how long");
    assert_eq!(slowed.status, 429);
    // Also the right password has to wait, or a guess could be told from its answer.
    assert_eq!(browser.form(&site, "/login", "user=eve&password=demo").0, 429);
    site.0.clock.0.set(1_000_000 + wait);
    browser.log_in(&site, "eve");
}

#[test]
fn right_passwords_are_not_counted() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    for _ in 0..30 {
        browser.log_in(&site, "ada");
        assert_eq!(browser.form(&site, "/logout", "").0, 303);
    }
}

#[test]
fn forms_are_decoded_and_wrong_ones_change_nothing() {
    let store = Store::new();
    let site = Site::new(&store);
    let mut browser = Browser::default();
    browser.log_in(&site, "a+%26+b");
    assert!(browser.page(&site).contains("<strong id=\"user\">a &amp; b</strong>"));
    for wrong in ["note=%f", "note=%zz", "note=%ff", &format!("note={}", "x".repeat(301))] {
        assert_eq!(browser.form(&site, "/notes", wrong).0, 400, "{wrong}");
    }
    assert_eq!(browser.form(&site, "/notes", "notes=x&note=").0, 303);
    assert!(browser.page(&site).contains("There was nothing to note."));
    assert_eq!(browser.send(&site, "POST", "/notes", "note=x&csrf_token=").0, 403);
    assert!(!browser.page(&site).contains("class=\"note\""));
}
