//! A cookie that was kept is a session that was kept.

use serde_json::json;

use crate::carried::demos;

// promise: T12
#[test]
fn an_old_cookie_opens_the_session_as_it_was() {
    for demo in demos() {
        let client = demo.client();
        client.put("/api/session/data/a", "1").expect(204);
        let anonymous = client.cookie().expect("a session was written");
        client.post("/api/session/login", "alice").expect(204);
        client.put("/api/session/data/a", "2").expect(204);
        let alice = client.cookie().expect("logged in");
        client.post("/api/session/regenerate", "").expect(204);
        client.post("/api/session/invalidate", "").expect(204);
        assert_eq!(client.cookie(), None);

        for (cookie, user, value) in [(anonymous, json!(null), "1"), (alice, json!("alice"), "2")] {
            let session = demo.replay(&cookie).session();
            assert_eq!(session["verdict"], "resumed");
            assert_eq!((&session["principal"], &session["data"]), (&user, &json!({ "a": value })));
        }
    }
}

// promise: T12
#[test]
fn a_message_is_shown_again_by_the_cookie_that_brought_it() {
    for demo in demos() {
        let client = demo.client();
        client.post("/api/session/flash/notice", "saved").expect(204);
        let copy = client.cookie().expect("a session was written");
        for _ in 0..2 {
            assert_eq!(demo.replay(&copy).session()["flash"], json!({ "notice": "saved" }));
        }
    }
}

// promise: L1
#[test]
fn the_revision_counts_the_cookies() {
    for demo in demos() {
        let client = demo.client();
        for revision in 1..4 {
            client.put("/api/session/data/a", &revision.to_string()).expect(204);
            assert_eq!(client.session()["revision"], revision);
        }
    }
}
