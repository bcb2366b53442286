//! Requests of one session that overlap.

use std::thread;
use std::time::Duration;

use sansession_demo_tests::{Client, Demo, Reply};
use serde_json::json;

fn with_session(demo: &Demo) -> Client {
    let client = demo.client();
    client.put("/api/session/data/base", "0").expect(204);
    client
}

/// Writes slowly with the client's cookie, and in between does `meanwhile`.
///
/// Nothing tells from outside that the slow request has opened the session,
/// so it gets half a second for that and takes a second more.
fn write_slowly(demo: &Demo, client: &Client, meanwhile: impl FnOnce()) -> Reply {
    let slow = demo.replay(&client.cookie().expect("a session was written"));
    thread::scope(|scope| {
        let slow = scope.spawn(|| slow.post("/api/slow/1500/data/late", "1"));
        thread::sleep(Duration::from_millis(500));
        meanwhile();
        slow.join().expect("an answer")
    })
}

// promise: L6
#[test]
fn two_slow_writes_of_different_keys_are_both_kept() {
    let demo = Demo::start();
    let client = with_session(&demo);
    let cookie = client.cookie().expect("a session was written");
    thread::scope(|scope| {
        for key in ["left", "right"] {
            let writer = demo.replay(&cookie);
            let path = format!("/api/slow/500/data/{key}");
            scope.spawn(move || writer.post(&path, key).expect(204));
        }
    });
    let data = json!({ "base": "0", "left": "left", "right": "right" });
    assert_eq!(client.session()["data"], data);
}

// promise: L6
#[test]
fn what_was_acknowledged_is_there() {
    let demo = Demo::start();
    let client = with_session(&demo);
    let cookie = client.cookie().expect("a session was written");
    let replies = thread::scope(|scope| {
        let writers: Vec<_> = (0..20)
            .map(|number| {
                let writer = demo.replay(&cookie);
                scope.spawn(move || writer.put(&format!("/api/session/data/k{number}"), "v"))
            })
            .collect();
        let join = |writer: thread::ScopedJoinHandle<'_, _>| writer.join().expect("an answer");
        writers.into_iter().map(join).collect::<Vec<Reply>>()
    });

    let data = client.session()["data"].clone();

    assert!(replies.iter().any(|reply| reply.status == 204));
    for (number, reply) in replies.iter().enumerate() {
        // The number of tries is bounded, so a write may be refused.
        match reply.status {
            204 => assert_eq!(data[format!("k{number}")], "v", "k{number} was lost"),
            _ => assert_eq!((reply.status, reply.error().as_str()), (409, "conflict")),
        }
    }
}

// promise: L5
#[test]
fn a_slow_write_never_undoes_a_logout() {
    let demo = Demo::start();
    let client = with_session(&demo);
    client.post("/api/session/login", "alice").expect(204);
    let cookie = client.cookie().expect("logged in");

    let slow = write_slowly(&demo, &client, || {
        client.post("/api/session/invalidate", "").expect(204);
    });

    assert_eq!((slow.status, slow.error().as_str()), (409, "gone"), "{slow:?}");
    assert_eq!(slow.set_cookie(), None);
    assert_eq!(demo.replay(&cookie).verdict(), "unknown");
}

// promise: L5, L11
#[test]
fn a_slow_write_never_undoes_a_logout_everywhere() {
    let demo = Demo::start();
    let (client, other) = (demo.client(), demo.client());
    client.post("/api/session/login", "alice").expect(204);
    other.post("/api/session/login", "alice").expect(204);

    let slow = write_slowly(&demo, &client, || {
        other.post("/api/session/logout-everywhere", "").expect(204);
    });

    assert_eq!((slow.status, slow.error().as_str()), (409, "gone"), "{slow:?}");
    assert_eq!(slow.set_cookie(), None);
    assert_eq!(client.verdict(), "unknown");
}

// promise: L2
#[test]
fn a_request_in_flight_cannot_write_after_a_rotation() {
    let demo = Demo::start();
    let client = with_session(&demo);

    let slow = write_slowly(&demo, &client, || {
        client.post("/api/session/login", "alice").expect(204);
    });

    assert_eq!(slow.status, 409, "{slow:?}");
    assert_eq!(slow.set_cookie(), None);
    let session = client.session();
    assert_eq!(session["principal"], "alice");
    assert_eq!(session["data"], json!({ "base": "0" }));
}

// promise: L6
#[test]
fn a_slow_write_keeps_what_was_written_meanwhile() {
    let demo = Demo::start();
    let client = with_session(&demo);

    let slow = write_slowly(&demo, &client, || {
        client.put("/api/session/data/quick", "1").expect(204);
        client.delete("/api/session/data/base").expect(204);
    });

    assert_eq!(slow.status, 204, "{slow:?}");
    assert_eq!(client.session()["data"], json!({ "quick": "1", "late": "1" }));
}
