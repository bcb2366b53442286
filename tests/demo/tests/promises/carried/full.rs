//! A session is as large as its cookie may be, and never larger.

use sansession_demo_tests::{Client, Reply};
use serde_json::json;

use crate::carried::demos;
use crate::full::assert_full;

/// The most bytes of name and value together: curl drops a cookie of 4096.
const MOST: usize = 4095;

/// Writes, and measures the cookie if there is room.
fn put(client: &Client, key: &str, len: usize) -> (Reply, usize) {
    let reply = client.put(&format!("/api/session/data/{key}"), &"v".repeat(len));
    let pair = reply.set_cookie().and_then(|line| line.split(';').next()).unwrap_or_default();
    let bytes = pair.len().saturating_sub(1);
    assert!(bytes <= MOST, "{bytes} bytes");
    (reply, bytes)
}

// promise: T10
#[test]
fn the_cookie_is_filled_and_never_passed() {
    for demo in demos() {
        let client = demo.client();
        let taken = (0..100).take_while(|n| put(&client, &format!("k{n:02}"), 90).0.status == 204);
        let taken = taken.count();
        assert!((20..40).contains(&taken), "{taken} values of 90 bytes fit");

        let before = client.session();
        let (refused, _) = put(&client, "rest", 100);
        let too_much = assert_full(&refused);
        assert_eq!(client.session(), before, "nothing is lost");

        // What is left, to the byte. Base64url takes three bytes at a time.
        let rest = 100 - usize::try_from(too_much).expect("a small number");
        assert_full(&put(&client, "rest", rest + 1).0);
        let (_, bytes) = put(&client, "rest", rest);
        assert!(MOST - bytes < 4, "{bytes} bytes");

        let data = client.session()["data"].clone();
        assert_eq!(data["rest"], json!("v".repeat(rest)), "curl has dropped the cookie");
        assert_eq!(data.as_object().map(serde_json::Map::len), Some(taken + 1));
    }
}

// promise: T10
#[test]
fn a_message_may_fill_the_cookie_too() {
    for demo in demos() {
        let client = demo.client();
        let message = |len: usize| client.post("/api/session/flash/notice", &"m".repeat(len));
        let most = 4000 - usize::try_from(assert_full(&message(4000))).expect("a small number");
        message(most).expect(204);
        assert_eq!(client.session()["flash"]["notice"], json!("m".repeat(most)));
        assert_eq!(client.session()["flash"], json!({}));
    }
}
