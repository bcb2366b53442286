//! A user's sessions: to see, to end one, to end all.

use sansession_demo_tests::{Client, Demo};
use serde_json::Value;

fn login(demo: &Demo, user: &str) -> Client {
    let client = demo.client();
    client.post("/api/session/login", user).expect(204);
    client
}

fn list(client: &Client) -> Vec<Value> {
    let list = client.get("/api/session/list").expect(200).json();
    list.as_array().expect("a list").clone()
}

/// Gives the handle of the session that is, or is not, the asking one.
fn handle(list: &[Value], current: bool) -> &str {
    let session = list.iter().find(|session| session["current"] == current);
    session.expect("listed")["handle"].as_str().expect("a handle is a string")
}

// promise: L11
#[test]
fn a_user_sees_all_own_sessions_and_no_others() {
    let demo = Demo::start();
    let first = login(&demo, "alice");
    let _second = login(&demo, "alice");
    let _stranger = login(&demo, "bob");

    let sessions = list(&first);

    assert_eq!(sessions.len(), 2, "{sessions:?}");
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    for session in &sessions {
        assert!(session["created_at"].is_u64(), "{session}");
        assert!(session["seen_at"].as_u64() >= session["created_at"].as_u64(), "{session}");
    }
    assert_ne!(handle(&sessions, true), handle(&sessions, false));
}

// promise: L11
#[test]
fn a_rotated_session_is_listed_once() {
    let demo = Demo::start();
    let alice = login(&demo, "alice");
    alice.post("/api/session/regenerate", "").expect(204);
    alice.post("/api/session/login", "alice").expect(204);
    assert_eq!(list(&alice).len(), 1);
}

// promise: L11
#[test]
fn a_user_ends_one_session_and_keeps_the_others() {
    let demo = Demo::start();
    let (here, lost) = (login(&demo, "alice"), login(&demo, "alice"));
    let sessions = list(&here);

    here.delete(&format!("/api/session/list/{}", handle(&sessions, false))).expect(204);

    assert_eq!(lost.verdict(), "unknown");
    assert_eq!(here.session()["principal"], "alice");
    assert_eq!(list(&here).len(), 1);
}

// promise: L11
#[test]
fn nobody_ends_a_session_of_somebody_else() {
    let demo = Demo::start();
    let (alice, bob) = (login(&demo, "alice"), login(&demo, "bob"));
    let foreign = list(&bob);
    let foreign = handle(&foreign, true);

    for handle in [foreign, "nonsense", &foreign.to_uppercase(), &format!("{foreign}A")] {
        let reply = alice.delete(&format!("/api/session/list/{handle}")).expect(404);
        assert_ne!(reply.error(), "");
    }

    assert_eq!(bob.session()["principal"], "bob");
}

// promise: L11
#[test]
fn an_ended_session_has_no_handle_any_more() {
    let demo = Demo::start();
    let (here, _lost) = (login(&demo, "alice"), login(&demo, "alice"));
    let sessions = list(&here);
    let path = format!("/api/session/list/{}", handle(&sessions, false));
    here.delete(&path).expect(204);
    here.delete(&path).expect(404);
}

// promise: L11
#[test]
fn logout_everywhere_ends_all_and_the_caller_too() {
    let demo = Demo::start();
    let (here, there) = (login(&demo, "alice"), login(&demo, "alice"));
    let bob = login(&demo, "bob");
    let cookie = here.cookie().expect("logged in");

    let reply = here.post("/api/session/logout-everywhere", "").expect(204);

    assert!(reply.removes_cookie(), "{reply:?}");
    assert_eq!(here.cookie(), None);
    assert_eq!(demo.replay(&cookie).verdict(), "unknown");
    assert_eq!(there.verdict(), "unknown");
    assert_eq!(bob.session()["principal"], "bob");
    assert_eq!(list(&login(&demo, "alice")).len(), 1);
}

// promise: L11
#[test]
fn without_a_user_there_is_no_list() {
    let demo = Demo::start();
    let anonymous = demo.client();
    anonymous.put("/api/session/data/a", "1").expect(204);
    for client in [demo.client(), anonymous] {
        assert_ne!(client.get("/api/session/list").expect(401).error(), "");
        assert_ne!(client.delete("/api/session/list/any").expect(401).error(), "");
        let everywhere = client.post("/api/session/logout-everywhere", "").expect(401);
        assert_ne!(everywhere.error(), "");
    }
}
