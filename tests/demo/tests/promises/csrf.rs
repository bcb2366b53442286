//! A form of the page works only with the token that the page gave.

use sansession_demo_tests::html::{form_value, hidden};
use sansession_demo_tests::{Client, Demo, Reply};
use serde_json::json;

pub(crate) fn token(client: &Client) -> String {
    let page = client.get("/").expect(200);
    hidden(&page.body, "csrf_token").expect("a form with a token")
}

fn login(client: &Client, user: &str) {
    let reply = post(client, "/login", &format!("user={user}"), &token(client));
    assert_redirect(&reply);
}

pub(crate) fn post(client: &Client, action: &str, fields: &str, token: &str) -> Reply {
    client.post(action, &format!("{fields}&csrf_token={}", form_value(token)))
}

fn assert_redirect(reply: &Reply) {
    assert!((300..400).contains(&reply.status), "{reply:?}");
}

/// Logged in, with a note to look for.
fn alice(demo: &Demo) -> Client {
    let alice = demo.client();
    login(&alice, "alice");
    alice
}

fn has_note(client: &Client, note: &str) -> bool {
    client.get("/").expect(200).body.contains(note)
}

// promise: C1
#[test]
fn a_form_with_a_wrong_token_or_none_is_refused() {
    let demo = Demo::start();
    let alice = alice(&demo);
    let mut wrong = token(&alice).into_bytes();
    wrong.rotate_left(1);
    let wrong = String::from_utf8(wrong).expect("a token is ASCII");

    for token in [&wrong, "", "x"] {
        post(&alice, "/notes", "note=poison", token).expect(403);
    }
    alice.post("/notes", "note=poison").expect(403);
    alice.post("/logout", "").expect(403);

    assert!(!has_note(&alice, "poison"));
    assert_eq!(alice.session()["principal"], "alice");
}

// promise: C1
#[test]
fn a_token_of_somebody_else_is_refused() {
    let demo = Demo::start();
    let (alice, mallory) = (alice(&demo), demo.client());
    login(&mallory, "mallory");
    post(&alice, "/notes", "note=poison", &token(&mallory)).expect(403);
    assert!(!has_note(&alice, "poison"));
}

// promise: C1
#[test]
fn a_token_from_before_the_login_is_refused_after_it() {
    let demo = Demo::start();
    let client = demo.client();
    let before = token(&client);
    login(&client, "alice");
    post(&client, "/notes", "note=poison", &before).expect(403);
}

// promise: C1
#[test]
fn each_page_has_another_mask_on_the_same_token() {
    let demo = Demo::start();
    let alice = alice(&demo);
    let (first, second) = (token(&alice), token(&alice));
    assert_ne!(first, second);
    for (token, note) in [(&first, "one"), (&second, "two")] {
        assert_redirect(&post(&alice, "/notes", &format!("note=note-{note}"), token));
        assert!(has_note(&alice, &format!("note-{note}")));
    }
}

// promise: C1, I3
#[test]
fn a_cookie_that_only_carried_a_token_never_becomes_a_session() {
    let demo = Demo::start();
    let visitor = demo.client();
    token(&visitor);
    let guest = visitor.cookie().expect("a token needs a cookie");
    assert_eq!(visitor.session()["revision"], json!(null), "a record for a visitor");

    visitor.put("/api/session/data/a", "1").expect(204);

    assert_ne!(visitor.cookie(), Some(guest.clone()));
    assert_ne!(demo.replay(&guest).verdict(), "resumed");
}

// promise: C1
#[test]
fn a_login_form_is_guarded_too() {
    let demo = Demo::start();
    let (client, other) = (demo.client(), demo.client());
    let token = token(&client);
    other.post("/login", "user=alice").expect(403);
    post(&other, "/login", "user=alice", &token).expect(403);
    assert_redirect(&post(&client, "/login", "user=alice", &token));
    assert_eq!(client.session()["principal"], "alice");
}
