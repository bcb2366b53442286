//! The program is killed and started again, on the same store and keys.

use sansession_demo_tests::{Browser, Demo, Scratch};
use serde_json::json;

// promise: S2
#[test]
fn a_login_outlives_the_process() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    client.put("/api/session/data/cart", "apple").expect(204);
    let cookie = client.cookie().expect("logged in");

    let demo = demo.restart();

    let client = demo.replay(&cookie);
    let session = client.session();
    assert_eq!(session["verdict"], "resumed");
    assert_eq!(session["principal"], "alice");
    assert_eq!(session["data"], json!({ "cart": "apple" }));
    let list = client.get("/api/session/list").expect(200).json();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
}

// promise: S2
#[test]
fn a_logout_outlives_the_process() {
    let demo = Demo::start();
    let client = demo.client();
    client.post("/api/session/login", "alice").expect(204);
    let cookie = client.cookie().expect("logged in");
    client.post("/api/session/invalidate", "").expect(204);

    let demo = demo.restart();

    assert_eq!(demo.replay(&cookie).verdict(), "unknown");
}

// promise: L2
#[test]
fn an_id_that_was_replaced_stays_dead_in_the_next_process() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let old = client.cookie().expect("a session was written");
    client.post("/api/session/login", "alice").expect(204);
    let new = client.cookie().expect("logged in");

    let demo = demo.restart();

    assert_eq!(demo.replay(&old).verdict(), "unknown");
    assert_eq!(demo.replay(&new).session()["principal"], "alice");
}

// promise: S2
#[test]
fn a_browser_stays_logged_in() {
    let scratch = Scratch::new();
    let store = format!("sqlite:{}", scratch.file("sessions.db").display());
    let keys = scratch.file("keys").display().to_string();
    let flags = ["--store", &store, "--key-file", &keys];
    let before = Demo::with(&flags);
    let Some(browser) = Browser::start(&before) else { return };
    browser.open("/");
    browser.submit_with("/login", "user", "alice");
    browser.submit_with("/notes", "note", "buy milk");
    before.kill();

    // On another port; cookies belong to the host.
    let after = Demo::with(&flags);
    browser.visit(&after.url("/"));

    assert_eq!(browser.text("#user").as_deref(), Some("alice"));
    assert!(browser.text("body").expect("a page").contains("buy milk"));
    browser.submit("/logout");
    assert_ne!(browser.text("#user").as_deref(), Some("alice"));
}
