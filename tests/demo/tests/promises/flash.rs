//! Messages that are shown once.

use sansession_demo_tests::{Client, Demo};
use serde_json::{Value, json};

/// Somebody with one message that waits for the next request.
fn with_message(demo: &Demo) -> Client {
    let client = demo.client();
    client.post("/api/session/flash/notice", "saved").expect(204);
    client
}

fn flash(client: &Client) -> Value {
    client.session()["flash"].clone()
}

// promise: F1
#[test]
fn a_message_is_shown_once() {
    let demo = Demo::start();
    let client = with_message(&demo);
    assert_eq!(flash(&client), json!({ "notice": "saved" }));
    assert_eq!(flash(&client), json!({}));
}

// promise: F1, L1
#[test]
fn a_message_for_now_is_shown_now_and_not_stored() {
    let demo = Demo::start();
    let client = demo.client();

    let reply = client.post("/api/session/flash-now/notice", "look").expect(200);

    assert_eq!(reply.json()["flash"], json!({ "notice": "look" }));
    assert_eq!(reply.set_cookie(), None, "a session for nothing");
    client.put("/api/session/data/a", "1").expect(204);
    client.post("/api/session/flash-now/notice", "look").expect(200);
    assert_eq!(flash(&client), json!({}));
}

// promise: F2
#[test]
fn a_kept_message_is_shown_one_request_later() {
    let demo = Demo::start();
    let client = with_message(&demo);
    client.post("/api/session/keep/notice", "").expect(204);
    assert_eq!(flash(&client), json!({ "notice": "saved" }));
    assert_eq!(flash(&client), json!({}));
}

// promise: F2
#[test]
fn reflash_shows_messages_one_request_later() {
    let demo = Demo::start();
    let client = with_message(&demo);
    client.post("/api/session/reflash", "").expect(204);
    assert_eq!(flash(&client), json!({ "notice": "saved" }));
    assert_eq!(flash(&client), json!({}));
}

// promise: F2
#[test]
fn keeping_one_message_keeps_no_other() {
    let demo = Demo::start();
    let client = with_message(&demo);
    client.post("/api/session/keep/another", "").expect(204);
    assert_eq!(flash(&client), json!({}));
}

// promise: F4
#[test]
fn a_shown_message_cannot_be_revived() {
    let demo = Demo::start();
    let client = with_message(&demo);
    assert_eq!(flash(&client), json!({ "notice": "saved" }));
    client.post("/api/session/keep/notice", "").expect(204);
    client.post("/api/session/reflash", "").expect(204);
    assert_eq!(flash(&client), json!({}));
}

// promise: F3
#[test]
fn the_next_request_that_opens_the_session_consumes() {
    let demo = Demo::start();
    let client = with_message(&demo);
    client.put("/api/session/data/a", "1").expect(204);
    assert_eq!(flash(&client), json!({}));
}

// promise: F3
#[test]
fn on_read_a_message_waits_until_it_is_read() {
    let demo = Demo::with(&["--flash", "on-read"]);
    let client = with_message(&demo);
    client.put("/api/session/data/a", "1").expect(204);
    client.post("/api/session/flash/warning", "hot").expect(204);
    assert_eq!(flash(&client), json!({ "notice": "saved", "warning": "hot" }));
    assert_eq!(flash(&client), json!({}));
}

// promise: F5, L2
#[test]
fn a_waiting_message_survives_rotation_and_login() {
    let demo = Demo::with(&["--flash", "on-read"]);
    let client = with_message(&demo);
    client.post("/api/session/regenerate", "").expect(204);
    client.post("/api/session/login", "alice").expect(204);
    assert_eq!(flash(&client), json!({ "notice": "saved" }));
}

// promise: F5
#[test]
fn messages_and_data_do_not_share_names() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/notice", "data").expect(204);
    client.post("/api/session/flash/notice", "flash").expect(204);
    let session = client.session();
    assert_eq!(session["data"], json!({ "notice": "data" }));
    assert_eq!(session["flash"], json!({ "notice": "flash" }));
}
