//! A session ends by itself. Here, and only here and in `renew`, tests wait.

use std::thread::sleep;
use std::time::Duration;

use sansession_demo_tests::Demo;
use serde_json::json;

/// The demo counts whole seconds, and `t == deadline` is expired: a session
/// of n seconds is gone n seconds later, and may be gone a little earlier.
fn wait(seconds: u64) {
    sleep(Duration::from_millis(seconds * 1000 + 50));
}

/// Starts a session and gives its cookie: a jar would drop it when its
/// Max-Age is over, and the point is that the demo does not rely on that.
fn cookie_of_a_session(demo: &Demo) -> String {
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    client.cookie().expect("a session was written")
}

// promise: L7
#[test]
fn an_idle_session_expires() {
    let demo = Demo::with(&["--idle", "1"]);
    let visitor = demo.replay(&cookie_of_a_session(&demo));

    wait(1);

    let reply = visitor.get("/api/session").expect(200);
    assert_eq!(reply.json()["verdict"], "expired-idle");
    assert_eq!(reply.json()["data"], json!({}));
    assert_eq!(reply.set_cookie(), None);
}

// promise: L9
#[test]
fn a_session_in_use_outlives_the_idle_time() {
    let demo = Demo::with(&["--idle", "4"]);
    let visitor = demo.client();
    visitor.put("/api/session/data/a", "1").expect(204);
    for _ in 0..5 {
        wait(1);
        assert_eq!(visitor.verdict(), "resumed");
    }
}

// promise: L7
#[test]
fn no_use_extends_the_absolute_time() {
    let demo = Demo::with(&["--absolute", "3"]);
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    wait(1);
    client.put("/api/session/data/a", "2").expect(204);
    client.post("/api/session/regenerate", "").expect(204);
    let cookie = client.cookie().expect("rotated");

    wait(2);

    assert_eq!(demo.replay(&cookie).verdict(), "expired-absolute");
}

// promise: L7
#[test]
fn login_starts_a_new_absolute_time() {
    let demo = Demo::with(&["--absolute", "3"]);
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let first = client.session()["expires_at"].as_u64();
    wait(1);
    client.post("/api/session/login", "alice").expect(204);
    assert!(client.session()["expires_at"].as_u64() > first);
}

// promise: I3, L7
#[test]
fn an_expired_id_is_never_adopted() {
    let demo = Demo::with(&["--idle", "1"]);
    let old = cookie_of_a_session(&demo);
    let visitor = demo.replay(&old);

    wait(1);

    let reply = visitor.put("/api/session/data/b", "2").expect(204);
    assert!(reply.sets_cookie());
    assert!(!reply.set_cookie().expect("set").contains(&old), "the old id was taken");
    assert_ne!(visitor.verdict(), "resumed");
}
