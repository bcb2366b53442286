//! A session has a fixed capacity, and says so before anything is lost.

use sansession_demo_tests::{Demo, Reply};
use serde_json::{Map, Value, json};

fn assert_full(reply: &Reply) {
    assert_eq!(reply.status, 507, "{reply:?}");
    assert_eq!(reply.set_cookie(), None);
    let error = reply.json();
    assert_eq!(error["error"], "full");
    let number = |name: &str| error[name].as_u64().unwrap_or_else(|| panic!("{name}: {error}"));
    assert!(number("needed") > number("free"), "{error}");
}

// promise: T10
#[test]
fn a_value_that_does_not_fit_is_refused_and_nothing_is_lost() {
    let demo = Demo::start();
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    let before = client.session();

    assert_full(&client.put("/api/session/data/b", &"x".repeat(9000)));
    assert_full(&client.put("/api/session/data/a", &"x".repeat(9000)));
    assert_full(&client.post("/api/session/flash/b", &"x".repeat(9000)));

    assert_eq!(client.session(), before);
}

// promise: T10, L1
#[test]
fn a_first_value_that_does_not_fit_starts_no_session() {
    let demo = Demo::start();
    let client = demo.client();

    assert_full(&client.put("/api/session/data/a", &"x".repeat(9000)));

    assert_eq!(client.session()["verdict"], "none");
}

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
