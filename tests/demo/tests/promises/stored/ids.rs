//! The cookie holds an id, and the store says what becomes of it.

use sansession_demo_tests::{Client, Demo};
use serde_json::json;

use crate::cookie::{parts, with_session};

/// Somebody who is logged in and left a message, with the cookie of that.
fn logged_in(demo: &Demo) -> (Client, String) {
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    client.put("/api/session/data/diary", "secret").expect(204);
    client.post("/api/session/flash/notice", "hello").expect(204);
    let cookie = client.cookie().expect("logged in");
    (client, cookie)
}

#[track_caller]
fn assert_dead(demo: &Demo, cookie: &str) {
    let reply = demo.replay(cookie).get("/api/session").expect(200);
    let session = reply.json();
    assert_eq!(session["verdict"], "unknown");
    assert_eq!(session["principal"], json!(null));
    assert_eq!((&session["data"], &session["flash"]), (&json!({}), &json!({})));
    assert_eq!(reply.set_cookie(), None);
}

// promise: L2
#[test]
fn login_kills_the_old_id() {
    let demo = Demo::start();
    let (client, old) = with_session(&demo);
    client.post("/api/session/login", "alice").expect(204);
    assert_dead(&demo, &old);
}

// promise: L2
#[test]
fn the_login_of_another_user_kills_the_old_id() {
    let demo = Demo::start();
    let (client, old) = logged_in(&demo);
    client.post("/api/session/login", "bob").expect(204);
    assert_dead(&demo, &old);
}

// promise: L2
#[test]
fn regenerate_kills_the_old_id() {
    let demo = Demo::start();
    let (client, old) = logged_in(&demo);
    client.post("/api/session/regenerate", "").expect(204);
    assert_dead(&demo, &old);
}

// promise: L4
#[test]
fn logout_kills_the_id() {
    let demo = Demo::start();
    let (client, old) = logged_in(&demo);
    client.post("/api/session/invalidate", "").expect(204);
    assert_dead(&demo, &old);
}

// promise: L10
#[test]
fn an_update_does_not_send_the_cookie_again() {
    let demo = Demo::start();
    let (client, _) = with_session(&demo);
    assert_eq!(client.get("/api/session").set_cookie(), None);
    assert_eq!(client.put("/api/session/data/a", "2").expect(204).set_cookie(), None);
}

// promise: I3, L10
#[test]
fn an_id_without_a_record_is_never_adopted() {
    let demo = Demo::in_memory();
    let (_, cookie) = with_session(&demo);
    // The store is in memory, the keys are in the file: good, but unknown.
    let demo = demo.restart();
    let visitor = demo.replay(&cookie);

    let read = visitor.get("/api/session").expect(200);
    assert_eq!(read.json()["verdict"], "unknown");
    assert_eq!(read.set_cookie(), None);

    let write = visitor.put("/api/session/data/a", "2").expect(204);
    assert!(write.sets_cookie());
    assert!(!write.set_cookie().expect("set").contains(&cookie), "the old id was taken");
    assert_eq!(visitor.verdict(), "unknown", "the old id came to life");
}

// promise: I5
#[test]
fn an_id_of_another_length_is_malformed() {
    let demo = Demo::start();
    let (_, cookie) = with_session(&demo);
    let (name, value) = parts(&cookie);
    for junk in [&value[..value.len() - 4], &format!("{value}AAAA")] {
        assert_eq!(demo.replay(&format!("{name}={junk}")).verdict(), "malformed", "{junk:?}");
    }
}
