//! The page of a server that keeps nothing, in a real browser.

use sansession_demo_tests::{Browser, Demo, Scratch};

fn visits(browser: &Browser<'_>) -> u64 {
    browser.text("#visits").expect("a counter").parse().expect("a number")
}

// promise: F1, L4, S2
#[test]
fn log_in_be_noticed_once_be_counted_outlive_the_server_and_log_out() {
    let scratch = Scratch::new();
    let keys = scratch.file("keys").display().to_string();
    let flags = ["--store", "sealed-cookie", "--key-file", &keys];
    let before = Demo::with(&flags);
    let Some(browser) = Browser::start(&before) else { return };
    browser.open("/");
    assert!(browser.text("#carried").is_some_and(|text| text.contains("sealed")));

    browser.submit_with("/login", "user", "alice");
    assert_eq!(browser.text("#user").as_deref(), Some("alice"));
    assert_ne!(browser.text("#flash").expect("a notice"), "");
    let counted = visits(&browser);
    browser.reload();
    assert_eq!(browser.text("#flash"), None);
    assert_eq!(visits(&browser), counted + 1);
    let cookie = browser.cookie().expect("logged in");
    browser.submit("/rotate");
    assert_ne!(browser.cookie(), Some(cookie));
    browser.submit_with("/notes", "note", "buy milk");

    before.kill();
    // On another port; cookies belong to the host.
    let after = Demo::with(&flags);
    browser.visit(&after.url("/"));
    assert_eq!(browser.text("#user").as_deref(), Some("alice"));
    assert!(browser.text("body").expect("a page").contains("buy milk"));

    browser.submit("/logout");
    assert_ne!(browser.text("#user").as_deref(), Some("alice"));
    browser.back();
    browser.reload();
    assert_ne!(browser.text("#user").as_deref(), Some("alice"));
    assert!(!browser.text("body").expect("a page").contains("buy milk"));
}
