//! What a tool reads and writes through the JSON interface.

use sansession_demo_tests::Demo;
use serde_json::json;

// promise: L1, F3
#[test]
fn a_ping_never_opens_a_session() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/flash/notice", "saved").expect(204);

    let pong = client.get("/ping").expect(200);

    assert_eq!(pong.body, "pong");
    assert_eq!(pong.set_cookie(), None);
    assert!(!pong.varies_by_cookie(), "{pong:?}");
    assert_eq!(client.session()["flash"], json!({ "notice": "saved" }), "consumed by the ping");
}

// promise: L1
#[test]
fn somebody_who_only_reads_gets_no_session() {
    let demo = Demo::start();

    let reply = demo.client().get("/api/session").expect(200);

    assert_eq!(reply.set_cookie(), None);
    let session = json!({
        "verdict": "none", "principal": null, "data": {}, "flash": {},
        "revision": null, "created_at": null, "expires_at": null,
    });
    assert_eq!(reply.json(), session);
}

// promise: JSON interface
#[test]
fn what_is_written_is_read_back() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/color", "green").expect(204);
    client.put("/api/session/data/color", "grün & \"gelb\"\n").expect(204);
    client.put("/api/session/data/empty", "").expect(204);

    let session = client.session();

    assert_eq!(session["verdict"], "resumed");
    assert_eq!(session["principal"], json!(null));
    assert_eq!(session["data"], json!({ "color": "grün & \"gelb\"\n", "empty": "" }));
    assert!(session["revision"].is_u64(), "{session}");
    assert!(session["created_at"].as_u64() < session["expires_at"].as_u64(), "{session}");
}

// promise: JSON interface
#[test]
fn a_body_may_have_any_content_type_or_none() {
    let demo = Demo::start();
    let client = demo.client();
    for header in ["Content-Type:", "Content-Type: image/png", "Content-Type: application/json"] {
        let body = Some(header.as_bytes());
        client.send("PUT", "/api/session/data/a", body, &[header]).expect(204);
        assert_eq!(client.session()["data"]["a"], header);
    }
}

// promise: JSON interface
#[test]
fn a_deleted_key_is_gone_and_the_others_stay() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    client.put("/api/session/data/b", "2").expect(204);

    client.delete("/api/session/data/a").expect(204);

    assert_eq!(client.session()["data"], json!({ "b": "2" }));
}

// promise: L1
#[test]
fn deleting_an_absent_key_writes_nothing() {
    let demo = Demo::start();
    let client = demo.client();
    let reply = client.delete("/api/session/data/absent").expect(204);
    assert_eq!(reply.set_cookie(), None, "a session for nothing");

    client.put("/api/session/data/a", "1").expect(204);
    let before = client.session()["revision"].clone();
    let reply = client.delete("/api/session/data/absent").expect(204);

    assert_eq!(reply.set_cookie(), None);
    assert_eq!(client.session()["revision"], before);
}

// promise: JSON interface
#[test]
fn bytes_that_are_no_text_are_refused() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);

    let body = client.send("PUT", "/api/session/data/a", Some(b"\xff\xfe"), &[]).expect(400);
    let key = client.put("/api/session/data/%ff", "2").expect(400);

    assert_ne!(body.error(), "");
    assert_ne!(key.error(), "");
    assert_eq!(client.session()["data"], json!({ "a": "1" }));
}

// promise: L14
#[test]
fn every_answer_tells_how_it_ended() {
    let demo = Demo::start();
    let client = demo.client();
    let outcome = |method: &str, path: &str, body: &str| {
        let body = (!matches!(method, "GET" | "DELETE")).then_some(body.as_bytes());
        let reply = client.send(method, path, body, &[]);
        assert_ne!(reply.outcome(), "", "{method} {path}: {reply:?}");
        reply.outcome().to_owned()
    };
    outcome("GET", "/ping", "");
    outcome("GET", "/nowhere", "");
    assert_eq!(outcome("GET", "/api/session", ""), "unchanged");
    assert_eq!(outcome("PUT", "/api/session/data/a", "1"), "created");
    assert_eq!(outcome("PUT", "/api/session/data/a", "2"), "updated");
    assert_eq!(outcome("POST", "/api/session/regenerate", ""), "rotated");
    assert_eq!(outcome("DELETE", "/api/session/data/absent", ""), "unchanged");
    outcome("GET", "/api/session/list", "");
    outcome("PUT", "/api/session/data/a", &"x".repeat(9000));
    outcome("POST", "/api/slow/1/data/b", "2");
    outcome("POST", "/api/session/flash-now/a", "now");
    outcome("POST", "/api/session/login", "alice");
    outcome("GET", "/api/session/list", "");
    assert_eq!(outcome("POST", "/api/session/invalidate", ""), "destroyed");
    outcome("GET", "/", "");
}

// promise: I6
#[test]
fn no_answer_but_set_cookie_shows_the_id() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    let cookie = client.cookie().expect("logged in");
    let (_, id) = cookie.split_once('=').expect("a pair");
    for path in ["/api/session", "/api/session/list", "/"] {
        let reply = client.get(path);
        // The masked CSRF token and the handles are as long, so a part of the
        // id in the body is no accident.
        for part in id.as_bytes().windows(16) {
            let part = std::str::from_utf8(part).expect("a cookie is ASCII");
            assert!(!reply.body.contains(part), "{path} shows {part}");
        }
    }
}
