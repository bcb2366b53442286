//! The page, in a real browser.

use sansession_firmware_tests::{Board, Browser, Flash, wanted};

fn login(browser: &Browser<'_>, user: &str) {
    browser.open("/");
    browser.submit_with("/login", "user", user);
    assert_eq!(browser.text("#user").as_deref(), Some(user));
}

fn body(browser: &Browser<'_>) -> String {
    browser.text("body").expect("a page")
}

// promise: F1, L2, L4, S2, contract: The page
#[test]
fn a_browser_stays_logged_in_over_a_power_cut_until_it_logs_out() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let before = Board::start(&flash, "");
    let Some(browser) = Browser::start(&before) else { return };

    login(&browser, "ada");
    assert!(browser.text("#flash").expect("a notice").contains("Hello ada"));
    browser.reload();
    assert_eq!(browser.text("#flash"), None, "a notice is shown once");

    let note = "<i>fish</i> & \"chips\"";
    browser.submit_with("/notes", "note", note);
    assert!(body(&browser).contains(note));
    let old = browser.cookie().expect("it is logged in");
    browser.submit("/rotate");
    assert!(browser.text("#flash").expect("a notice").contains("new id"));
    assert_ne!(browser.cookie().as_ref(), Some(&old));
    assert_eq!(before.replay(&old).verdict(), "unknown");
    before.kill();

    // On another port; cookies belong to the host.
    let after = Board::start(&flash, "");
    browser.visit(&after.url("/"));
    assert_eq!(browser.text("#user").as_deref(), Some("ada"));
    assert_eq!(browser.text("#flash"), None, "it was shown before the cut");
    assert!(body(&browser).contains(note));
    let last = browser.cookie().expect("it is logged in");
    browser.submit("/logout");
    assert!(body(&browser).contains("Who are you?"));
    assert!(!body(&browser).contains(note));
    assert_eq!(after.replay(&last).verdict(), "unknown");
}

// promise: L5, L11
#[test]
fn two_browsers_have_sessions_of_their_own_and_two_tabs_share_one() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let Some(ada) = Browser::start(&board) else { return };
    let Some(eve) = Browser::without_scripts(&board) else { return };
    login(&ada, "ada");
    login(&eve, "eve");
    ada.submit_with("/notes", "note", "buy milk");
    eve.submit_with("/notes", "note", "sell milk");
    assert_ne!(ada.cookie(), eve.cookie());
    ada.open("/");
    assert!(body(&ada).contains("buy milk") && !body(&ada).contains("sell milk"));
    assert!(body(&eve).contains("sell milk") && !body(&eve).contains("buy milk"));

    let first = ada.tab();
    ada.new_tab();
    ada.open("/");
    assert_eq!(ada.text("#user").as_deref(), Some("ada"));
    let second = ada.tab();
    ada.switch(&first);
    ada.submit("/logout");
    ada.switch(&second);
    ada.submit_with("/notes", "note", "too late");
    ada.open("/");
    assert_eq!(ada.text("#user"), None);
    assert!(!body(&ada).contains("too late"));

    eve.reload();
    assert_eq!(eve.text("#user").as_deref(), Some("eve"));
    assert!(body(&eve).contains("sell milk"));
}
