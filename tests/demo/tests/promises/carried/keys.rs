//! Keys are all that the server has.

use std::fs;

use sansession_demo_tests::{Demo, Scratch};
use serde_json::json;

use crate::carried::STORES;

const OLD: &str = "1:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NEW: &str = "2:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

// promise: T7
#[test]
fn a_key_rolls_over_without_logging_anybody_out() {
    for store in STORES {
        let scratch = Scratch::new();
        let file = scratch.write("keys", &format!("{OLD}\n"));
        let demo = Demo::with(&["--store", store, "--key-file", &file]);
        let client = demo.client();
        client.post("/api/session/login", "alice").expect(204);
        let by_old = client.cookie().expect("logged in");

        fs::write(&file, format!("{NEW}\n{OLD}\n")).expect("written");
        let demo = demo.restart();
        let visitor = demo.replay(&by_old);
        assert_eq!(visitor.session()["principal"], "alice");
        let reply = visitor.put("/api/session/data/a", "1").expect(204);
        let line = reply.set_cookie().expect("every write sends the cookie");
        let by_new = line.split(';').next().expect("a pair");

        fs::write(&file, format!("{NEW}\n")).expect("written");
        let demo = demo.restart();
        assert_eq!(demo.replay(&by_old).verdict(), "forged", "retired, and still good");
        let session = demo.replay(by_new).session();
        assert_eq!(
            (&session["principal"], &session["data"]),
            (&json!("alice"), &json!({ "a": "1" }))
        );
    }
}

// promise: T5
#[test]
fn under_the_same_key_neither_kind_opens_the_other() {
    let scratch = Scratch::new();
    let file = scratch.write("keys", &format!("{OLD}\n"));
    let demos = STORES.map(|store| Demo::with(&["--store", store, "--key-file", &file]));
    let cookies = demos.each_ref().map(|demo| {
        let client = demo.client();
        client.post("/api/session/login", "alice").expect(204);
        client.cookie().expect("logged in")
    });
    for (at, demo) in demos.iter().enumerate() {
        assert_eq!(demo.replay(&cookies[at]).verdict(), "resumed");
        assert_eq!(demo.replay(&cookies[1 - at]).verdict(), "forged");
    }
}
