//! A session has a fixed capacity, and says so before anything is lost.

use sansession_demo_tests::{Demo, Reply};

/// Requires an answer that says how much does not fit, and gives those bytes.
#[track_caller]
pub(crate) fn assert_full(reply: &Reply) -> u64 {
    assert_eq!(reply.status, 507, "{reply:?}");
    assert_eq!(reply.set_cookie(), None);
    let error = reply.json();
    assert_eq!(error["error"], "full");
    let number = |name: &str| error[name].as_u64().unwrap_or_else(|| panic!("{name}: {error}"));
    assert!(number("needed") > number("free"), "{error}");
    number("needed") - number("free")
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
