//! Log-in, rotation and log-out.

use sansession_demo_tests::{Client, Demo};
use serde_json::json;

/// A session with a value, and the cookie that it had then.
fn with_session(demo: &Demo) -> (Client, String) {
    let client = demo.client();
    client.put("/api/session/data/cart", "apple").expect(204);
    let cookie = client.cookie().expect("a session was written");
    (client, cookie)
}

// promise: L2
#[test]
fn login_keeps_the_data_and_changes_the_cookie() {
    let demo = Demo::start();
    let (client, old) = with_session(&demo);

    let reply = client.post("/api/session/login", "alice").expect(204);

    assert!(reply.sets_cookie(), "{reply:?}");
    assert_ne!(client.cookie().as_ref(), Some(&old));
    let session = client.session();
    assert_eq!(session["principal"], "alice");
    assert_eq!(session["data"], json!({ "cart": "apple" }));
    assert_eq!(demo.replay(&old).session()["principal"], json!(null));
}

// promise: L2
#[test]
fn login_needs_no_session_before_it() {
    let demo = Demo::start();
    let client = demo.client();
    assert!(client.post("/api/session/login", "alice").expect(204).sets_cookie());
    assert_eq!(client.session()["principal"], "alice");
}

// promise: L2
#[test]
fn another_user_does_not_find_what_the_first_one_left() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    client.put("/api/session/data/diary", "secret").expect(204);

    client.post("/api/session/login", "bob").expect(204);

    let session = client.session();
    assert_eq!(session["principal"], "bob");
    assert_eq!(session["data"], json!({}));
}

// promise: L2
#[test]
fn regenerate_keeps_everything_but_the_cookie() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    client.put("/api/session/data/cart", "apple").expect(204);
    let old = client.cookie().expect("logged in");

    assert!(client.post("/api/session/regenerate", "").expect(204).sets_cookie());

    assert_ne!(client.cookie(), Some(old));
    let session = client.session();
    assert_eq!(session["principal"], "alice");
    assert_eq!(session["data"], json!({ "cart": "apple" }));
}

// promise: L14
#[test]
fn a_thief_with_an_old_cookie_cannot_log_the_owner_out() {
    let demo = Demo::start();
    let (client, old) = with_session(&demo);
    client.post("/api/session/login", "alice").expect(204);
    let thief = demo.replay(&old);

    thief.post("/api/session/invalidate", "").expect(204);
    thief.put("/api/session/data/cart", "poison").expect(204);

    let session = client.session();
    assert_eq!(session["principal"], "alice");
    assert_eq!(session["data"], json!({ "cart": "apple" }));
}

// promise: L4
#[test]
fn logout_removes_the_cookie() {
    let demo = Demo::start();
    let (client, _) = with_session(&demo);
    client.post("/api/session/login", "alice").expect(204);
    client.post("/api/session/flash/notice", "hello").expect(204);
    let old = client.cookie().expect("logged in");

    let reply = client.post("/api/session/invalidate", "").expect(204);

    assert!(reply.removes_cookie(), "{reply:?}");
    let (name, _) = old.split_once('=').expect("a pair");
    assert!(reply.set_cookie().expect("removed").starts_with(&format!("{name}=;")), "{reply:?}");
    assert_eq!(client.cookie(), None);
    let session = client.session();
    assert_eq!(session["verdict"], "none");
    assert_eq!((&session["data"], &session["flash"]), (&json!({}), &json!({})));
}

// promise: H7
#[test]
fn logout_without_a_session_sends_nothing() {
    let demo = Demo::start();
    let reply = demo.client().post("/api/session/invalidate", "").expect(204);
    assert_eq!(reply.set_cookie(), None);
}

// promise: L4
#[test]
fn a_session_after_the_logout_is_a_new_one() {
    let demo = Demo::start();
    let (client, _) = with_session(&demo);
    client.post("/api/session/login", "alice").expect(204);
    client.post("/api/session/invalidate", "").expect(204);

    client.put("/api/session/data/b", "2").expect(204);

    let session = client.session();
    assert_eq!(session["principal"], json!(null));
    assert_eq!(session["data"], json!({ "b": "2" }));
}
