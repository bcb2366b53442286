//! Nobody knows which sessions a user has, and the demo says so.

use sansession_demo_tests::{Client, Reply};
use serde_json::json;

use crate::carried::demos;
use crate::csrf::{post, token};

fn ask(client: &Client) -> [Reply; 3] {
    [
        client.get("/api/session/list"),
        client.delete("/api/session/list/any"),
        client.post("/api/session/logout-everywhere", ""),
    ]
}

// promise: L11
#[test]
fn what_needs_a_store_is_501_and_changes_nothing() {
    for demo in demos() {
        let alice = demo.client();
        alice.post("/api/session/login", "alice").expect(204);
        alice.post("/api/session/flash/notice", "saved").expect(204);
        for reply in ask(&alice).into_iter().chain(ask(&demo.client())) {
            let reply = reply.expect(501);
            assert_eq!(reply.error(), "carried");
            assert_eq!(reply.set_cookie(), None);
        }
        let session = alice.session();
        assert_eq!(session["principal"], "alice");
        assert_eq!(session["flash"], json!({ "notice": "saved" }));
    }
}

// promise: The page
#[test]
fn the_page_explains_and_offers_nothing_that_it_cannot_do() {
    for (demo, word) in demos().into_iter().zip(["signed", "sealed"]) {
        let alice = demo.client();
        for _ in 0..2 {
            let page = alice.get("/").expect(200).body;
            assert!(page.contains("id=\"carried\"") && page.contains(word), "{page}");
            for action in ["/sessions/end", "/logout-everywhere"] {
                assert!(!page.contains(&format!("action=\"{action}\"")), "{page}");
                post(&alice, action, "handle=any", &token(&alice)).expect(501);
            }
            alice.post("/api/session/login", "alice").expect(204);
        }
        assert_eq!(alice.session()["principal"], "alice");
    }
}
