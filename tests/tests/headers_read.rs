//! The `Cookie` header as servers meet it, and cookies that somebody else tossed in.

use sansession::{Ending, Outcome, Verdict};
use sansession_tests::{Browser, CONFIG, Call, Exchange, MapStore, Server};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> (Browser, String) {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    server.store.take_calls();
    let token = browser.cookie(NAME).expect("a cookie").to_owned();
    (browser, token)
}

fn verdict(server: &Server, lines: &[&[u8]]) -> Verdict {
    server.open_with(lines.iter().copied()).expect("it opens").verdict()
}

/// Puts the token for `T` and the cookie's name for `N`.
fn line(template: &str, token: &str) -> Vec<u8> {
    let fill = |letter| match letter {
        'T' => token.to_owned(),
        'N' => NAME.to_owned(),
        other => other.to_string(),
    };
    template.chars().map(fill).collect::<String>().into_bytes()
}

// promise: H1
#[test]
fn a_table_of_cookie_headers_is_read_as_browsers_mean_them() {
    let server = Server::new(CONFIG);
    let (_, token) = with_session(&server);
    let found = Verdict::Resumed;
    let table = [
        ("N=T", found),
        ("a=1; N=T; b=2", found),
        ("a=1;N=T;b=2", found),
        ("a=1;  N=T  ;  b=2", found),
        ("\tN=T\t", found),
        ("N\t=\tT", found),
        ("N = T", found),
        (";;; N=T;;;", found),
        ("a; N=T", found),
        ("=; N=T", found),
        ("=x; N=T", found),
        ("a=b=c; N=T", found),
        ("a=\"; N=T; b=\"", found),
        ("$Version=1; N=T; $Path=/", found),
        ("N=; N=T", found),
        // No quoted strings, no escapes, no comma, no other spelling of the name.
        ("N=\"T\"", Verdict::Malformed),
        ("N=T,", Verdict::Malformed),
        ("a=1, N=T", Verdict::None),
        ("n=T", Verdict::None),
        ("__host-session=T", Verdict::None),
        ("%5F%5FHost-session=T", Verdict::None),
        ("N%20=T", Verdict::None),
        ("\"N\"=T", Verdict::None),
        ("$N=T", Verdict::None),
        ("N.=T", Verdict::None),
        ("xN=T", Verdict::None),
        ("Nx=T", Verdict::None),
        ("=N=T", Verdict::None),
        ("=T", Verdict::None),
        ("T", Verdict::None),
        ("N", Verdict::None),
        ("N==T", Verdict::Malformed),
        ("N=", Verdict::Malformed),
        ("", Verdict::None),
        (";", Verdict::None),
        ("=", Verdict::None),
        ("N\u{a0}=T", Verdict::None),
        ("N=\u{a0}T", Verdict::Malformed),
        ("N\n=T", Verdict::None),
        ("N=T\r", Verdict::Malformed),
        ("N=\0T", Verdict::Malformed),
    ];
    for (template, expected) in table {
        assert_eq!(verdict(&server, &[&line(template, &token)]), expected, "{template:?}");
    }
}

// promise: H2
#[test]
fn several_cookie_headers_are_read_in_order() {
    let server = Server::new(CONFIG);
    let (_, token) = with_session(&server);
    let good = line("N=T", &token);
    assert_eq!(verdict(&server, &[b"a=1", b"", &good, b"b=2"]), Verdict::Resumed);
    assert_eq!(verdict(&server, &[b"__Host-session=junk", &good]), Verdict::Resumed);
    // A pair is not joined over two lines.
    assert_eq!(verdict(&server, &[b"__Host-session", &line("=T", &token)]), Verdict::None);
    assert_eq!(verdict(&server, &[]), Verdict::None);
}

// promise: H2
#[test]
fn any_bytes_in_other_cookies_are_harmless() {
    let server = Server::new(CONFIG);
    let (_, token) = with_session(&server);
    for byte in (0..=255).filter(|byte| *byte != b';') {
        let good = line("N=T", &token);
        let around =
            [b"x=".as_slice(), &[byte; 9], b"; ", &good, b"; ", &[byte; 9], b"=y"].concat();
        assert_eq!(verdict(&server, &[&around]), Verdict::Resumed, "byte {byte:#04x}");
    }
}

// promise: H2
#[test]
fn pairs_and_bytes_of_a_request_are_bounded_over_all_its_headers() {
    let server = Server::new(CONFIG);
    let (_, token) = with_session(&server);
    let good = line("N=T", &token);
    let pairs = |count: usize| "a=1;".repeat(count).into_bytes();
    assert_eq!(verdict(&server, &[&[pairs(255), good.clone()].concat()]), Verdict::Resumed);
    assert_eq!(verdict(&server, &[&[pairs(256), good.clone()].concat()]), Verdict::None);
    let lines: Vec<&[u8]> =
        std::iter::repeat_n(b"a=1".as_slice(), 256).chain([good.as_slice()]).collect();
    assert_eq!(verdict(&server, &lines), Verdict::None);
    assert_eq!(verdict(&server, &lines[1..]), Verdict::Resumed);
    let filler = |bytes: usize| [b"a=".to_vec(), vec![b'x'; bytes - 3], b";".to_vec()].concat();
    let limit = 32 * 1024;
    assert_eq!(verdict(&server, &[&filler(limit - good.len()), &good]), Verdict::Resumed);
    assert_eq!(verdict(&server, &[&filler(limit - good.len() + 1), &good]), Verdict::Malformed);
    assert_eq!(verdict(&server, &[&filler(limit), &good]), Verdict::None);
}

// promise: H3
#[test]
fn junk_in_front_never_logs_a_user_out() {
    for junk in 0..=7 {
        let server = Server::new(CONFIG);
        let (mut browser, token) = with_session(&server);
        let forged = format!("{}{}", &token[4..], &token[..4]);
        for place in 0..junk {
            browser.plant(NAME, if place % 2 == 0 { "junk" } else { &forged });
        }
        let visit = server.visit(&mut browser);
        assert_eq!(
            (visit.verdict, visit.outcome),
            (Verdict::Resumed, Outcome::Unchanged),
            "{junk} in front"
        );
        assert_eq!(visit.set_cookie, None);
        assert_eq!(server.store.take_calls(), [Call::Load]);
    }
}

// promise: H3
#[test]
fn the_ninth_cookie_of_the_name_is_not_authenticated() {
    let server = Server::new(CONFIG);
    let (_, token) = with_session(&server);
    let good = line("N=T", &token);
    let eight = b"__Host-session=junk;".repeat(8);
    assert_eq!(verdict(&server, &[&[eight.as_slice(), &good].concat()]), Verdict::Malformed);
    // The bound is over all headers of the request.
    let halves = [b"__Host-session=junk;".repeat(4), b"__Host-session=junk;".repeat(4)];
    assert_eq!(verdict(&server, &[&halves[0], &halves[1], &good]), Verdict::Malformed);
    assert_eq!(verdict(&server, &[&halves[0], &halves[1][20..], &good]), Verdict::Resumed);
    assert_eq!(server.store.take_calls(), [Call::Load]);
}

// promise: H3
#[test]
fn two_authentic_candidates_are_loaded_and_the_first_that_loads_wins() {
    let server = Server::new(CONFIG);
    let (mut dead, dead_token) = with_session(&server);
    server.lost(&mut dead, Ending::Answered, Exchange::invalidate);
    let (mut dead, other_dead) = with_session(&server);
    server.lost(&mut dead, Ending::Answered, Exchange::invalidate);
    let (_, one) = with_session(&server);
    let (_, two) = with_session(&server);
    let handle =
        |lines: &[&[u8]]| server.open_with(lines.iter().copied()).expect("it opens").handle();
    let (alone_one, alone_two) = (handle(&[&line("N=T", &one)]), handle(&[&line("N=T", &two)]));
    assert!(alone_one.is_some() && alone_one != alone_two);
    let join = |tokens: [&str; 2]| [line("N=T; ", tokens[0]), line("N=T", tokens[1])].concat();
    assert_eq!(handle(&[&join([&one, &two])]), alone_one);
    assert_eq!(handle(&[&join([&two, &one])]), alone_two);
    server.store.take_calls();
    assert_eq!(handle(&[&join([&dead_token, &one])]), alone_one);
    assert_eq!(server.store.take_calls(), [Call::Load, Call::Load]);
    // A copy of a dead one does not take the place of a good one, and two dead ones are all that is looked up.
    let copies = [line("N=T; N=T; ", &dead_token), line("N=T", &one)].concat();
    assert_eq!(handle(&[&copies]), alone_one);
    server.store.take_calls();
    let three =
        [line("N=T; ", &dead_token), line("N=T; ", &other_dead), line("N=T", &one)].concat();
    assert_eq!(handle(&[&three]), None);
    assert_eq!(server.store.take_calls(), [Call::Load, Call::Load]);
}

// promise: H3
#[test]
fn a_bad_candidate_in_front_does_not_colour_the_session_behind_it() {
    let server = Server::new(CONFIG);
    let mut dead = Browser::new();
    server
        .request(&mut dead, |active| {
            active.insert("dead", "data").and_then(|()| active.flash("dead", "note"))
        })
        .value
        .expect("room");
    let dead_token = dead.cookie(NAME).expect("a cookie").to_owned();
    server.request(&mut dead.clone(), Exchange::regenerate);
    let (mut browser, _) = with_session(&server);
    browser.plant(NAME, &dead_token);
    let write = server.request(&mut browser, |active| {
        assert_eq!((active.contains("dead"), active.flash_keys().count()), (false, 0));
        active.insert("key", &2)
    });
    assert_eq!((write.verdict, write.outcome), (Verdict::Resumed, Outcome::Updated));
    assert_eq!(server.store.rows().len(), 2);
}

// promise: H3
#[test]
fn a_guest_id_in_front_does_not_hide_a_session() {
    let server = Server::over(CONFIG, &sansession_tests::ring(), MapStore::new());
    let mut guest = Browser::new();
    server.request(&mut guest, |active| server.csrf(active));
    let (mut browser, _) = with_session(&server);
    browser.plant(NAME, guest.cookie(NAME).expect("a guest id"));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}
