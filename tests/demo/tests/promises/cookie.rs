//! What the cookie is, and what happens to one that the demo did not make.

use sansession_demo_tests::{Client, Demo};
use serde_json::json;

/// Splits `name=value`.
pub(crate) fn parts(cookie: &str) -> (&str, &str) {
    cookie.split_once('=').expect("a cookie is a pair")
}

/// Swaps two neighbours in the middle: length and alphabet stay as they were.
fn forge(cookie: &str) -> String {
    let (name, value) = parts(cookie);
    let mut bytes = value.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    let at =
        (middle..bytes.len() - 2).find(|&at| bytes[at] != bytes[at + 1]).expect("not all alike");
    bytes.swap(at, at + 1);
    format!("{name}={}", String::from_utf8(bytes).expect("still ASCII"))
}

pub(crate) fn with_session(demo: &Demo) -> (Client, String) {
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let cookie = client.cookie().expect("a session was written");
    (client, cookie)
}

// promise: H5, H7
#[test]
fn the_cookie_is_as_safe_as_a_cookie_can_be() {
    let demo = Demo::with(&["--absolute", "1000"]);

    let reply = demo.client().put("/api/session/data/a", "1").expect(204);

    let line = reply.set_cookie().expect("a session was written");
    assert!(line.starts_with("__Host-"), "{line}");
    assert_eq!(reply.attribute("Secure"), Some(""), "{line}");
    assert_eq!(reply.attribute("HttpOnly"), Some(""), "{line}");
    assert_eq!(reply.attribute("SameSite"), Some("Lax"), "{line}");
    assert_eq!(reply.attribute("Path"), Some("/"), "{line}");
    assert_eq!(reply.attribute("Domain"), None, "{line}");
    let max_age: u32 = reply.attribute("Max-Age").expect(line).parse().expect(line);
    assert!((990..=1000).contains(&max_age), "{line}");
}

// promise: H6
#[test]
fn caches_are_told_what_depends_on_the_cookie() {
    let demo = Demo::start();
    let client = demo.client();

    let read = client.get("/api/session").expect(200);
    let created = client.put("/api/session/data/a", "1").expect(204);
    let updated = client.put("/api/session/data/a", "2").expect(204);
    let removed = client.post("/api/session/invalidate", "").expect(204);

    for reply in [&read, &created, &updated, &removed] {
        assert!(reply.varies_by_cookie(), "{reply:?}");
    }
    for reply in [&created, &removed] {
        assert!(reply.set_cookie().is_some(), "{reply:?}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply:?}");
    }
}

// promise: I4, T3
#[test]
fn a_forged_cookie_is_told_and_left_alone() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);

    let reply = demo.replay(&forge(&cookie)).get("/api/session").expect(200);

    assert_eq!(reply.json()["verdict"], "forged");
    assert_eq!(reply.json()["data"], json!({}));
    assert_eq!(reply.set_cookie(), None);
}

// promise: T3
#[test]
fn a_cookie_of_another_length_is_not_ours() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);
    for edited in [&cookie[..cookie.len() - 4], &format!("{cookie}AAAA")] {
        let reply = demo.replay(edited).get("/api/session").expect(200);
        let verdict = reply.json()["verdict"].clone();
        assert!(verdict == "malformed" || verdict == "forged", "{verdict}");
        assert_eq!(reply.set_cookie(), None);
    }
}

// promise: I4
#[test]
fn a_cookie_under_another_key_is_forged() {
    let (ours, theirs) = (Demo::start(), Demo::start());
    let (_, cookie) = with_session(&theirs);
    assert_eq!(ours.replay(&cookie).verdict(), "forged");
}

// promise: I5, L10
#[test]
fn junk_in_the_cookie_is_malformed_and_left_alone() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);
    let (name, _) = parts(&cookie);
    for junk in ["", "x", "not a cookie", "\"\""] {
        let reply = demo.replay(&format!("{name}={junk}")).get("/api/session").expect(200);
        assert_eq!(reply.json()["verdict"], "malformed", "{junk:?}");
        assert_eq!(reply.set_cookie(), None, "{junk:?}");
    }
}

// promise: H1, H2, H3
#[test]
fn the_cookie_is_found_among_others() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);
    let (name, _) = parts(&cookie);
    let junk = format!("{name}=junk");
    let forged = forge(&cookie);
    let among = [
        vec![format!("theme=dark; {cookie}; lang=en")],
        vec![format!("a=1;{cookie}")],
        vec![format!("=nameless; novalue; {cookie}")],
        vec![format!("{junk}; {cookie}")],
        vec![format!("{forged}; {cookie}")],
        vec![format!("{cookie}; {junk}")],
        vec!["theme=dark".to_owned(), cookie.clone()],
        vec![forged.clone(), cookie.clone()],
        vec![format!("grün=blau; {cookie}")],
    ];
    for headers in among {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let session = demo.replay_each(&headers).session();
        assert_eq!(session["verdict"], "resumed", "{headers:?}");
        assert_eq!(session["data"], json!({ "a": "1" }), "{headers:?}");
    }
}

// promise: H1
#[test]
fn a_name_that_is_almost_right_is_another_cookie() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);
    let (name, value) = parts(&cookie);
    for other in [name.to_lowercase(), format!("{name}2"), name.trim_start_matches('_').to_owned()]
    {
        assert_ne!(other, name);
        assert_eq!(demo.replay(&format!("{other}={value}")).verdict(), "none", "{other}");
    }
}
