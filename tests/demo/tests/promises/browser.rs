//! The page, in a real browser.

use sansession_demo_tests::{Browser, Demo};

/// A browser that has logged in through the form, where one is wanted.
fn logged_in(demo: &Demo) -> Option<Browser<'_>> {
    let browser = Browser::start(demo)?;
    login(&browser);
    Some(browser)
}

fn login(browser: &Browser<'_>) {
    browser.open("/");
    browser.submit_with("/login", "user", "alice");
    assert_logged_in(browser);
}

#[track_caller]
fn assert_logged_in(browser: &Browser<'_>) {
    assert_eq!(browser.text("#user").as_deref(), Some("alice"));
}

#[track_caller]
fn assert_logged_out(browser: &Browser<'_>) {
    assert_ne!(browser.text("#user").as_deref(), Some("alice"));
}

fn visits(browser: &Browser<'_>) -> u64 {
    browser.text("#visits").expect("a counter").parse().expect("a number")
}

// promise: The page
#[test]
fn the_page_works_without_scripts() {
    let demo = Demo::start();
    let Some(browser) = Browser::without_scripts(&demo) else { return };
    browser.visit("data:text/html,<p>off</p><script>document.body.innerHTML='<p>on</p>'</script>");
    assert_eq!(browser.text("p").as_deref(), Some("off"), "scripts run");

    login(&browser);
    browser.submit_with("/notes", "note", "buy milk");
    assert!(browser.text("body").expect("a page").contains("buy milk"));
    browser.submit("/rotate");
    assert_logged_in(&browser);
    browser.submit("/logout");
    assert_logged_out(&browser);
}

// promise: F1
#[test]
fn a_notice_is_shown_after_an_action_and_gone_after_a_reload() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    assert_ne!(browser.text("#flash").expect("a notice"), "");
    browser.reload();
    assert_eq!(browser.text("#flash"), None);
}

// promise: The page
#[test]
fn visits_of_a_session_are_counted() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    let before = visits(&browser);
    browser.reload();
    assert_eq!(visits(&browser), before + 1);
}

// promise: The page
#[test]
fn a_note_is_kept_and_shown_as_text() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    let note = "<i>fish</i> & \"chips\"";
    browser.submit_with("/notes", "note", note);
    assert!(browser.text("body").expect("a page").contains(note));
    browser.reload();
    assert!(browser.text("body").expect("a page").contains(note));
}

// promise: L2
#[test]
fn rotation_changes_the_cookie_and_keeps_the_login() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    let before = browser.cookie().expect("logged in");
    assert!(before.starts_with("__Host-"), "{before}");

    browser.submit("/rotate");

    assert_ne!(browser.cookie(), Some(before));
    assert_logged_in(&browser);
}

// promise: H5
#[test]
fn scripts_do_not_see_the_cookie() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    assert_eq!(browser.run("return document.cookie"), "");
}

// promise: L4, H6
#[test]
fn the_back_button_does_not_bring_a_login_back() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    browser.open("/");
    browser.submit("/logout");
    assert_logged_out(&browser);
    browser.back();
    browser.reload();
    assert_logged_out(&browser);
}

// promise: L5
#[test]
fn a_logout_in_one_tab_holds_in_the_other() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    let first = browser.tab();
    browser.new_tab();
    browser.open("/");
    assert_logged_in(&browser);
    let second = browser.tab();
    browser.switch(&first);
    browser.submit("/logout");

    browser.switch(&second);
    browser.submit_with("/notes", "note", "too late");

    browser.open("/");
    assert_logged_out(&browser);
    assert!(!browser.text("body").expect("a page").contains("too late"));
}

// promise: L11
#[test]
fn logout_everywhere_ends_the_other_browser_too() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    let elsewhere = demo.client();
    elsewhere.post("/api/session/login", "alice").expect(204);

    browser.submit("/logout-everywhere");

    assert_logged_out(&browser);
    assert_eq!(elsewhere.verdict(), "unknown");
}

// promise: C1
#[test]
fn a_form_with_a_wrong_token_is_refused() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    browser.run(
        "for (const input of document.querySelectorAll('[name=csrf_token]')) input.value = 'x'",
    );

    browser.submit_with("/notes", "note", "poison");

    assert_eq!(browser.status(), 403);
    browser.open("/");
    assert_logged_in(&browser);
    assert!(!browser.text("body").expect("a page").contains("poison"));
}

// promise: The page
#[test]
fn the_page_fits_a_phone() {
    let demo = Demo::start();
    let Some(browser) = logged_in(&demo) else { return };
    assert!(browser.run("return document.querySelector('meta[name=viewport]') !== null") == true);
    // A frame as narrow as a phone: the window itself cannot be.
    let wider = browser.run(
        "const frame = document.createElement('iframe');
         frame.style.cssText = 'border: 0; padding: 0; width: 360px; height: 640px';
         frame.srcdoc = document.documentElement.outerHTML;
         document.body.replaceChildren(frame);
         return new Promise(done => frame.onload = () => {
             const page = frame.contentDocument.documentElement;
             done(page.scrollWidth - page.clientWidth);
         });",
    );
    assert_eq!(wider, 0, "pixels wider than the phone");
}
