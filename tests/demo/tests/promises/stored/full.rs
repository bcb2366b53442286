//! How much of a session a slot takes.

use sansession_demo_tests::Demo;
use serde_json::{Map, Value, json};

use crate::full::assert_full;

// promise: T10
#[test]
fn the_slot_takes_almost_8_kib_and_keeps_all_that_it_took() {
    let demo = Demo::start();
    let client = demo.client();
    let mut taken = Map::new();
    let refused = (0..100)
        .find_map(|number| {
            let (key, value) = (format!("key{number}"), "v".repeat(500));
            let reply = client.put(&format!("/api/session/data/{key}"), &value);
            if reply.status == 204 {
                taken.insert(key, json!(value));
            }
            (reply.status != 204).then_some(reply)
        })
        .expect("50 KB do not fit");

    assert_full(&refused);
    assert!(taken.len() >= 12, "only {} values of 500 bytes fit", taken.len());
    assert!(taken.len() <= 16, "{} values of 500 bytes fit in 8 KiB", taken.len());
    assert_eq!(client.session()["data"], Value::Object(taken));
}
