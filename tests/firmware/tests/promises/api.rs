//! The JSON interface.

use sansession_firmware_tests::{Board, Flash, wanted};
use serde_json::json;

// promise: L1, contract: JSON interface
#[test]
fn looking_stores_nothing_and_sends_no_cookie() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();

    let reply = client.get("/api/session").expect(200);

    assert_eq!(reply.set_cookie(), None);
    assert_eq!(reply.outcome(), "unchanged");
    assert!(reply.varies_by_cookie());
    let nothing = json!({
        "verdict": "none", "principal": null, "data": {}, "flash": {},
        "revision": null, "created_at": null, "expires_at": null,
    });
    assert_eq!(reply.json(), nothing);
    assert_eq!(client.get("/ping").expect(200).body, "pong");
    assert_eq!(client.get("/nothing").expect(404).outcome(), "unopened");
    assert_eq!(client.get("/api/nothing").expect(404).error(), "not-found");
    assert_eq!(client.post("/api/session/list", "").expect(405).error(), "method");
}

// contract: JSON interface
#[test]
fn values_are_kept_and_taken_out() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();

    let reply = client.put("/api/session/data/colour", "blue \"and\" grün").expect(204);
    assert_eq!((reply.outcome(), reply.sets_cookie()), ("created", true));
    assert_eq!(reply.header("content-length"), None, "a 204 says nothing of a length");
    client.put("/api/session/data/sm%C3%B8r%2Fbr", "x").expect(204);
    let data = json!({ "colour": "blue \"and\" grün", "smør/br": "x" });
    assert_eq!(client.session()["data"], data);
    client.delete("/api/session/data/colour").expect(204);
    assert_eq!(client.delete("/api/session/data/colour").expect(204).outcome(), "unchanged");
    assert_eq!(client.session()["data"], json!({ "smør/br": "x" }));
    assert_eq!(client.put("/api/session/data/%ff", "x").expect(400).error(), "utf-8");
    let long = "k".repeat(256);
    assert_eq!(client.put(&format!("/api/session/data/{long}"), "x").expect(400).error(), "key");
}

// promise: T10
#[test]
fn what_does_not_fit_is_refused_and_nothing_is_lost() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    client.put("/api/session/data/a", &"a".repeat(500)).expect(204);

    let refused = client.put("/api/session/data/b", &"b".repeat(500)).expect(507).json();

    assert_eq!(refused["error"], "full");
    assert!(refused["needed"].as_u64() > refused["free"].as_u64(), "{refused}");
    assert_eq!(client.session()["data"], json!({ "a": "a".repeat(500) }));
    assert_eq!(client.put("/api/session/data/c", &"c".repeat(4000)).expect(413).error(), "body");
}

// promise: F1, F2
#[test]
fn a_message_is_shown_once_unless_it_is_kept() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    client.post("/api/session/flash/notice", "saved").expect(204);
    assert_eq!(client.session()["flash"], json!({ "notice": "saved" }));
    assert_eq!(client.session()["flash"], json!({}));
    client.post("/api/session/flash/notice", "again").expect(204);
    client.post("/api/session/keep/notice", "").expect(204);
    client.post("/api/session/reflash", "").expect(204);
    assert_eq!(client.session()["flash"], json!({ "notice": "again" }));
    assert_eq!(client.session()["flash"], json!({}));
    let now = client.post("/api/session/flash-now/notice", "look").expect(200).json();
    assert_eq!(now["flash"], json!({ "notice": "look" }));
    assert_eq!(client.session()["flash"], json!({}));
}

// promise: L2
#[test]
fn regenerate_and_login_kill_the_old_id() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    client.put("/api/session/data/a", "1").expect(204);
    for (path, body) in [("/api/session/regenerate", ""), ("/api/session/login", "ada")] {
        let old = client.cookie().expect("there is a session");
        assert_eq!(client.post(path, body).expect(204).outcome(), "rotated");
        assert_eq!(board.replay(&old).verdict(), "unknown", "{path}");
        assert_eq!(client.session()["data"], json!({ "a": "1" }));
    }
    assert_eq!(client.session()["principal"], "ada");
}

// promise: L11
#[test]
fn sessions_of_a_user_are_listed_and_ended() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let [one, two, three, other] = ["ada", "ada", "ada", "eve"].map(|user| {
        let client = board.client();
        client.post("/api/session/login", user).expect(204);
        client
    });
    assert_eq!(board.client().get("/api/session/list").expect(401).error(), "principal");
    let listed = one.get("/api/session/list").expect(200).json();
    let listed = listed.as_array().expect("a list");
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|row| row["current"] == true).count(), 1);
    let handle = two.get("/api/session/list").expect(200).json();
    let own = handle.as_array().expect("a list").iter().find(|row| row["current"] == true);
    let path =
        format!("/api/session/list/{}", own.expect("its own")["handle"].as_str().expect("text"));

    other.delete(&path).expect(404);
    one.delete(&path).expect(204);

    assert_eq!(two.verdict(), "unknown");
    assert_eq!(one.delete(&path).expect(404).error(), "not-found");
    let everywhere = one.post("/api/session/logout-everywhere", "").expect(204);
    assert!(everywhere.removes_cookie(), "{everywhere:?}");
    assert_eq!((three.verdict(), other.verdict()), ("unknown".into(), "resumed".into()));
}

// promise: L4, L5
#[test]
fn a_slow_write_does_not_undo_a_log_out() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    client.post("/api/session/login", "ada").expect(204);
    let cookie = client.cookie().expect("there is a session");
    let slow = std::thread::scope(|scope| {
        let slow = scope.spawn(|| board.replay(&cookie).post("/api/slow/1500/data/a", "late"));
        // It has opened the session long before it writes.
        std::thread::sleep(std::time::Duration::from_millis(500));
        client.post("/api/session/invalidate", "").expect(204);
        slow.join().expect("it is answered")
    });
    assert_eq!((slow.status, slow.error().as_str(), slow.outcome()), (409, "gone", "gone"));
    assert_eq!(slow.set_cookie(), None);
    assert_eq!(board.replay(&cookie).verdict(), "unknown");
    assert_eq!(client.post("/api/slow/99999999/data/a", "x").expect(400).error(), "ms");
}
