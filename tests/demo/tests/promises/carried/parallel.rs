//! Of two answers on their way at once, the last one wins.

use std::thread;

use sansession_demo_tests::{Demo, Reply};
use serde_json::json;

use crate::carried::demos;

/// The cookie of an answer, as `name=value`.
#[track_caller]
fn cookie(reply: &Reply) -> &str {
    let line = reply.set_cookie().unwrap_or_else(|| panic!("no cookie: {reply:?}"));
    line.split(';').next().expect("a pair")
}

fn write_slowly(demo: &Demo, cookie: &str, key: &str) -> Reply {
    demo.replay(cookie).post(&format!("/api/slow/300/data/{key}"), key).expect(204)
}

/// Both requests bring the same cookie; which of the two others is the last
/// to reach the browser, and so the session, is up to the network.
// promise: L6
#[test]
fn each_of_two_slow_writes_answers_with_a_whole_session() {
    for demo in demos() {
        let client = demo.client();
        client.put("/api/session/data/base", "0").expect(204);
        let before = client.cookie().expect("a session was written");
        let (left, right) = thread::scope(|scope| {
            let left = scope.spawn(|| write_slowly(&demo, &before, "left"));
            let right = write_slowly(&demo, &before, "right");
            (left.join().expect("an answer"), right)
        });
        for (reply, key) in [(left, "left"), (right, "right")] {
            let data = demo.replay(cookie(&reply)).session()["data"].clone();
            assert_eq!(data, json!({ "base": "0", key: key }));
        }
    }
}

// promise: L5
#[test]
fn a_slow_write_answers_with_the_session_that_a_logout_ended_meanwhile() {
    for demo in demos() {
        let client = demo.client();
        client.post("/api/session/login", "alice").expect(204);
        let before = client.cookie().expect("logged in");
        client.post("/api/session/invalidate", "").expect(204);
        let slow = write_slowly(&demo, &before, "late");
        assert_eq!(demo.replay(cookie(&slow)).session()["principal"], "alice");
    }
}
