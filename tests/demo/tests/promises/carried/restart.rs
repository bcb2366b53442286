//! The server is killed, and there was nothing to lose.

use std::fs;

use sansession_demo_tests::Demo;
use serde_json::json;

use crate::carried::{STORES, demos};

// promise: S2
#[test]
fn a_session_outlives_the_process_and_no_file_holds_it() {
    for demo in demos() {
        let client = demo.client();
        client.post("/api/session/login", "alice").expect(204);
        client.put("/api/session/data/cart", "apple").expect(204);
        client.post("/api/session/flash/notice", "saved").expect(204);
        let cookie = client.cookie().expect("logged in");

        let demo = demo.restart();

        let session = demo.replay(&cookie).session();
        assert_eq!(session["verdict"], "resumed");
        assert_eq!(session["principal"], "alice");
        assert_eq!(session["data"], json!({ "cart": "apple" }));
        assert_eq!(session["flash"], json!({ "notice": "saved" }));
        // The key file, and the log that the tests keep of it.
        let keys = demo.key_file();
        let folder = fs::read_dir(keys.parent().expect("in a folder")).expect("it can be listed");
        assert_eq!(folder.count(), 2);
    }
}

// promise: S2
#[test]
fn servers_with_the_same_keys_share_every_session() {
    for store in STORES {
        let here = Demo::with(&["--store", store]);
        let keys = here.key_file().display().to_string();
        let there = Demo::with(&["--store", store, "--key-file", &keys]);
        let client = here.client();
        client.post("/api/session/login", "alice").expect(204);
        let other = there.replay(&client.cookie().expect("logged in"));
        assert_eq!(other.session()["principal"], "alice");
    }
}
