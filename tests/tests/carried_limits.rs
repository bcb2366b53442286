//! The last millisecond of what a cookie carries, and of what a cut leaves alone.

use sansession::{Sealed, Signed, Verdict};
use sansession_tests::{Browser, CONFIG, Carrier, Kind, MILLI, almost, minutes};

fn an_anonymous_id_ends<K: Kind>() {
    let server = Carrier::<K>::new(CONFIG.browser_session().absolute(minutes(60)));
    let mut browser = Browser::new();
    let form = server.request(&mut browser, |active| server.csrf(active)).value;
    let mut good = || server.open(&mut browser).verify_csrf(&server.sessions, form.as_str());
    server.pass(almost(minutes(60)));
    assert!(good());
    server.pass(MILLI);
    assert!(!good());
}

// promise: C1, L7
#[test]
fn an_anonymous_id_ends_with_its_deadline() {
    an_anonymous_id_ends::<Signed>();
    an_anonymous_id_ends::<Sealed>();
}

fn a_cut_spares<K: Kind>() {
    let server = Carrier::<K>::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.login("ann")).value.expect("room");
    let login = server.now();
    let mut verdict = |cut| {
        let header = browser.header(server.now());
        let headers = header.iter().map(String::as_bytes);
        let mut slot = sansession::Slot::<[u8; 6000]>::new();
        server.sessions.begin_unless(headers, server.now(), slot.erase(), |_| Some(cut)).verdict()
    };
    assert_eq!(verdict(login), Verdict::Resumed);
    assert_eq!(verdict(login.after(MILLI)), Verdict::Unknown);
}

// promise: L11
#[test]
fn a_cut_ends_what_began_before_it_and_spares_who_logged_in_at_it() {
    a_cut_spares::<Signed>();
    a_cut_spares::<Sealed>();
}
