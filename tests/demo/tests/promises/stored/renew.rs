//! A session in use gets a new cookie from time to time, and loses nothing.

use std::thread::sleep;
use std::time::Duration;

use sansession_demo_tests::{Client, Demo};

/// Two seconds each, so that requests at once after one another are in the
/// same period even when the whole second changes between them.
const FLAGS: [&str; 4] = ["--renew", "2", "--renew-grace", "2"];

fn wait_for_two_seconds() {
    sleep(Duration::from_millis(2050));
}

/// A session that is due for renewal, with the cookie that it has.
fn due(demo: &Demo) -> (Client, String) {
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let cookie = client.cookie().expect("a session was written");
    wait_for_two_seconds();
    (client, cookie)
}

/// Reads with a cookie that has to be good, and has to get no other.
#[track_caller]
fn assert_good(client: &Client) {
    let reply = client.get("/api/session").expect(200);
    assert_eq!(reply.json()["verdict"], "resumed");
    assert_eq!(reply.json()["data"]["a"], "1");
    assert_eq!(reply.set_cookie(), None);
}

// promise: L3
#[test]
fn the_old_cookie_works_in_its_grace_and_is_obsolete_after() {
    let demo = Demo::with(&FLAGS);
    let (client, old) = due(&demo);
    let late = demo.replay(&old);

    assert!(client.get("/api/session").expect(200).sets_cookie(), "not renewed");
    assert_ne!(client.cookie().as_ref(), Some(&old));
    let new = demo.replay(&client.cookie().expect("renewed"));
    assert_good(&new);
    assert_good(&late);
    late.put("/api/session/data/b", "2").expect(204);
    assert_eq!(new.session()["data"]["b"], "2");

    wait_for_two_seconds();

    let reply = late.get("/api/session").expect(200);
    assert_eq!(reply.json()["verdict"], "obsolete");
    assert_eq!(reply.set_cookie(), None);
    assert_eq!(new.verdict(), "resumed");
}

// promise: L3
#[test]
fn a_lost_answer_never_logs_out() {
    let demo = Demo::with(&FLAGS);
    let (_, old) = due(&demo);
    let unlucky = demo.replay(&old);

    let lost = unlucky.get("/api/session").expect(200);
    assert!(lost.sets_cookie(), "not renewed");
    assert_good(&unlucky);

    // Longer than the grace, which has not begun: nobody has used the new one.
    wait_for_two_seconds();
    sleep(Duration::from_millis(500));
    let again = unlucky.get("/api/session").expect(200);
    assert_eq!(again.json()["verdict"], "resumed");
    assert!(again.sets_cookie(), "not renewed again");
    assert_ne!(again.set_cookie(), lost.set_cookie());
}

// promise: L3, L2
#[test]
fn regenerate_leaves_no_grace() {
    let demo = Demo::with(&FLAGS);
    let (client, old) = due(&demo);
    client.get("/api/session").expect(200);
    let renewed = client.cookie().expect("renewed");

    client.post("/api/session/regenerate", "").expect(204);

    assert_eq!(demo.replay(&renewed).verdict(), "unknown");
    assert_eq!(demo.replay(&old).verdict(), "unknown");
    assert_eq!(client.verdict(), "resumed");
}
