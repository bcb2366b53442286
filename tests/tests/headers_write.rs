//! The `Set-Cookie` header: its grammar, its attributes, and configurations that are refused.

use core::time::Duration;

use sansession::{Config, ConfigError, Ending, SameSite, Sessions, Verdict};
use sansession_tests::{
    Browser, CONFIG, Emitted, Exchange, Handler, SameSite as Seen, Server, drive, minutes, ring,
};

/// What a server under `config` sends to set a session, and to remove it.
fn cookies(config: Config) -> [Emitted; 2] {
    let server = Server::new(config);
    let mut exchange = server.open(&mut Browser::new());
    exchange.insert("key", &1).expect("room");
    let set = server.close(exchange).set_cookie.expect("a cookie");
    let pair = set.split(';').next().expect("a pair");
    let mut exchange = server.open_with([pair.as_bytes()]).expect("it opens");
    exchange.invalidate();
    let removal = server.close(exchange).set_cookie.expect("a removal");
    [set, removal]
        .map(|text| Emitted::parse(&text).unwrap_or_else(|rule| panic!("{rule} in {text}")))
}

fn refused(config: Config) -> Option<ConfigError> {
    let error = Sessions::stored(config, &ring()).err();
    assert_eq!(config.checked().err(), error);
    error
}

// promise: H4
#[test]
fn the_default_cookie_is_exactly_this() {
    let server = Server::new(Config::new());
    let mut browser = Browser::new();
    let set = server
        .request(&mut browser, |active| active.insert("key", &1))
        .set_cookie
        .expect("a cookie");
    let token = browser.cookie("__Host-session").expect("a cookie");
    assert_eq!(
        set,
        format!("__Host-session={token}; Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=Lax")
    );
    let removal = server.request(&mut browser, Exchange::invalidate).set_cookie.expect("a removal");
    assert_eq!(removal, "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
}

/// With the longest lifetime, that of the default configuration being shorter by a digit.
// promise: H4
#[test]
fn the_longest_cookie_is_as_long_as_it_is_said() {
    let longest =
        |config| Sessions::stored(config, &ring()).map(|sessions| sessions.set_cookie_len());
    let config = Config::new().absolute(Duration::from_secs(34_560_000));
    let set = Server::new(config)
        .request(&mut Browser::new(), |active| active.insert("key", &1))
        .set_cookie
        .expect("a cookie");
    assert_eq!(longest(config), Ok(set.len()));
    assert_eq!(longest(Config::new()), Ok(set.len()));
    assert_eq!(longest(Config::new().cookie_path("/").partitioned()), Ok(set.len() + 13));
}

// promise: H4
#[test]
fn every_sound_configuration_emits_what_the_grammar_allows() {
    let names = ["__Host-s", "__Secure-s", "a", "!#$%&'*+-.^_`|~", "x=".trim_end_matches('=')];
    let paths = ["/", "/a b/c,d\"e\\f", "/~!@#$%^&*()", "/="];
    let domains =
        [None, Some("example.com"), Some("a.b-c.example"), Some("localhost"), Some("127.0.0.1")];
    let sites = [SameSite::Strict, SameSite::Lax, SameSite::None];
    let mut sound = 0;
    for (name, path) in names.iter().flat_map(|name| paths.map(|path| (*name, path))) {
        for (domain, site) in domains.iter().flat_map(|domain| sites.map(|site| (*domain, site))) {
            for (secure, persistent) in [(true, true), (true, false), (false, true)] {
                let config =
                    if secure { CONFIG.cookie_name(name) } else { CONFIG.insecure_http(name) };
                let config = config.cookie_path(path).same_site(site);
                let config = domain.map_or(config, |domain| config.cookie_domain(domain));
                let config = if persistent { config } else { config.browser_session() };
                if refused(config).is_some() {
                    continue;
                }
                sound += 1;
                let [set, removal] = cookies(config);
                assert_eq!((set.name.as_str(), set.path.as_deref()), (name, Some(path)));
                assert_eq!(
                    (set.domain.as_deref(), set.secure, set.http_only),
                    (domain, secure, true)
                );
                assert_eq!(set.max_age, persistent.then_some(604_800));
                assert_eq!((set.value.len(), removal.value.len()), (104, 0));
                // "Removing repeats name, path and flags."
                let like_set =
                    Emitted { value: set.value.clone(), max_age: set.max_age, ..removal.clone() };
                assert_eq!((like_set, removal.max_age), (set, Some(0)));
            }
        }
    }
    assert!(sound > 300, "{sound} sound configurations");
}

// promise: H4
#[test]
fn a_path_that_browsers_would_ignore_is_refused() {
    let path = |bytes: usize| -> &'static str { "/".repeat(bytes).leak() };
    assert_eq!(refused(CONFIG.cookie_name("a").cookie_path(path(1024))), None);
    assert_eq!(refused(CONFIG.cookie_name("a").cookie_path(path(1025))), Some(ConfigError::Path));
}

// promise: H4
#[test]
fn no_name_path_or_domain_can_inject_anything() {
    for byte in (0..=255_u8).map(char::from) {
        let text = |around: String| -> &'static str { around.leak() };
        let name = text(format!("a{byte}b"));
        let token = byte.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(byte);
        let expected = (!token).then_some(ConfigError::CookieName);
        assert_eq!(refused(CONFIG.cookie_name(name)), expected, "{name:?}");
        let path = text(format!("/a{byte}b"));
        let visible = matches!(byte, ' '..='~') && byte != ';';
        let expected = (!visible).then_some(ConfigError::Path);
        assert_eq!(refused(CONFIG.cookie_name("a").cookie_path(path)), expected, "{path:?}");
        let domain = text(format!("a{byte}b"));
        let label = byte.is_ascii_alphanumeric() || byte == '-' || byte == '.';
        let expected = (!label).then_some(ConfigError::Domain);
        assert_eq!(refused(CONFIG.cookie_name("a").cookie_domain(domain)), expected, "{domain:?}");
    }
}

// promise: H4
#[test]
fn a_domain_that_is_no_host_name_is_refused() {
    let long = "a".repeat(64).leak();
    for domain in
        ["", ".", "..", ".example.com", "example.com.", "a..b", "-a.example", "a-.example", long]
    {
        let config = CONFIG.cookie_name("a").cookie_domain(domain);
        assert_eq!(refused(config), Some(ConfigError::Domain), "{domain:?}");
    }
}

// promise: H5
#[test]
fn prefixes_and_same_site_none_bring_their_rules() {
    let table = [
        (CONFIG, None),
        (CONFIG.cookie_domain("example.com"), Some(ConfigError::HostPrefix)),
        (CONFIG.cookie_path("/app"), Some(ConfigError::HostPrefix)),
        (CONFIG.insecure_http("__Host-session"), Some(ConfigError::HostPrefix)),
        (CONFIG.insecure_http("__hOsT-session"), Some(ConfigError::HostPrefix)),
        (CONFIG.cookie_name("__HOST-session").cookie_path("/app"), Some(ConfigError::HostPrefix)),
        (CONFIG.insecure_http("__Secure-session"), Some(ConfigError::SecurePrefix)),
        (CONFIG.insecure_http("__sECURE-session"), Some(ConfigError::SecurePrefix)),
        (
            CONFIG.cookie_name("__Secure-session").cookie_path("/app").cookie_domain("example.com"),
            None,
        ),
        (
            CONFIG.insecure_http("session").same_site(SameSite::None),
            Some(ConfigError::SameSiteNone),
        ),
        (CONFIG.same_site(SameSite::None), None),
        (CONFIG.insecure_http("session").partitioned(), Some(ConfigError::Partitioned)),
        (CONFIG.partitioned(), None),
        (CONFIG.insecure_http("session"), None),
        (CONFIG.insecure_http("_Host-session").cookie_path("/app"), None),
    ];
    for (config, expected) in table {
        assert_eq!(refused(config), expected, "{config:?}");
    }
}

// promise: H5
#[test]
fn names_paths_times_and_audiences_are_checked() {
    let long: &'static str = "a".repeat(65).leak();
    let audience: &'static str = "a".repeat(256).leak();
    let table = [
        (CONFIG.cookie_name(""), ConfigError::CookieName),
        (CONFIG.cookie_name(long), ConfigError::CookieName),
        (CONFIG.cookie_name("é"), ConfigError::CookieName),
        (CONFIG.cookie_name("a").cookie_path(""), ConfigError::Path),
        (CONFIG.cookie_name("a").cookie_path("app"), ConfigError::Path),
        (CONFIG.audience(audience), ConfigError::Audience),
        (CONFIG.idle(Duration::ZERO), ConfigError::Lifetime),
        (CONFIG.absolute(Duration::from_micros(999)), ConfigError::Lifetime),
        (CONFIG.touch_share(101), ConfigError::TouchShare),
    ];
    for (config, expected) in table {
        assert_eq!(refused(config), Some(expected));
        assert!(!expected.to_string().is_empty());
    }
    assert_eq!(
        refused(CONFIG.cookie_name(&long[1..]).audience(&audience[1..]).touch_share(100)),
        None
    );
}

// promise: H5
#[test]
fn the_defaults_are_the_safe_ones() {
    let [set, _] = cookies(Config::new());
    assert_eq!(
        (set.name.as_str(), set.path.as_deref(), set.domain),
        ("__Host-session", Some("/"), None)
    );
    assert_eq!((set.secure, set.http_only, set.same_site), (true, true, Some(Seen::Lax)));
}

// promise: H4, H5, H7
#[test]
fn a_partitioned_cookie_is_removed_as_it_was_set() {
    for partitioned in cookies(CONFIG.same_site(SameSite::None).partitioned()) {
        assert!(partitioned.partitioned && partitioned.secure);
    }
    assert!(cookies(CONFIG).iter().all(|cookie| !cookie.partitioned));
}

// promise: H5
#[test]
fn max_age_is_never_above_400_days() {
    for (days, expected) in [(399, 399), (400, 400), (401, 400), (u64::from(u32::MAX), 400)] {
        let [set, _] = cookies(CONFIG.absolute(minutes(60 * 24 * days)));
        assert_eq!(set.max_age, Some(expected * 24 * 60 * 60), "{days} days");
    }
}

// promise: H5
#[test]
fn a_wrong_configuration_can_be_a_compile_error() {
    // `checked` is const: `match` on it with a panic in a const item stops the build.
    const CHECKED: Result<Config, ConfigError> = CONFIG.insecure_http("__Host-session").checked();
    assert_eq!(CHECKED.err(), Some(ConfigError::HostPrefix));
}

// promise: H7
#[test]
fn invalidate_without_a_live_session_does_nothing_and_sends_nothing() {
    let server = Server::new(CONFIG);
    let mut junk = Browser::with("__Host-session", "junk");
    let mut guest = Browser::new();
    server.request(&mut guest, |active| server.csrf(active));
    for browser in [&mut Browser::new(), &mut junk, &mut guest] {
        let answer = server.request(browser, |active| {
            active.insert("key", &1).expect("room");
            active.invalidate();
        });
        assert_eq!((answer.set_cookie, answer.steps), (None, vec![]));
    }
    assert_eq!(server.store.take_calls(), []);
}

// promise: H6
#[test]
fn the_reply_says_what_caches_must_know() {
    let server = Server::new(CONFIG);
    let requests: [(Handler, bool); 4] = [
        (|_| {}, false),
        (|active| active.insert("key", &1).expect("room"), true),
        (Exchange::regenerate, true),
        (Exchange::invalidate, true),
    ];
    let mut browser = Browser::new();
    for (request, sets) in requests {
        let mut exchange = server.open(&mut browser);
        request(&mut exchange);
        let Ok(end) = server.sessions.finish(
            exchange,
            Ending::Answered,
            server.now(),
            &mut *server.dice.borrow_mut(),
        );
        let reply = drive(&server.store, &server.sessions, end);
        assert_eq!(reply.cache_control(), sets.then_some("no-store"));
        assert_eq!(reply.set_cookie(&server.sessions).is_some(), sets);
        if let Some(cookie) = reply.set_cookie(&server.sessions) {
            browser.receive(&cookie.to_string(), server.now());
        }
    }
    assert_eq!(sansession::VARY, "Cookie");
}

// promise: H7
#[test]
fn max_age_is_the_remaining_absolute_lifetime_and_never_the_idle_time() {
    let server = Server::new(CONFIG.idle(minutes(10)).absolute(minutes(60)));
    let mut browser = Browser::new();
    let max_age = |set_cookie: Option<String>| {
        Emitted::parse(&set_cookie.expect("a cookie"))
            .expect("the grammar")
            .max_age
            .expect("a Max-Age")
    };
    let first = server.request(&mut browser, |active| active.insert("key", &1));
    assert_eq!(max_age(first.set_cookie), 3600);
    server.pass(minutes(9));
    let later = server.request(&mut browser, Exchange::regenerate);
    assert_eq!(max_age(later.set_cookie), 51 * 60);
    let login = server.request(&mut browser, |active| active.login("alice"));
    assert_eq!(max_age(login.set_cookie), 3600);
}

// promise: H7
#[test]
fn a_cookie_that_sets_a_session_never_says_to_forget_it() {
    // In the last second of its life: a Max-Age of zero would remove what the answer means to set.
    let server = Server::new(CONFIG.idle(minutes(10)).absolute(Duration::from_millis(900)));
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: H7
#[test]
fn a_browser_session_cookie_has_no_max_age_and_its_removal_has() {
    let server = Server::new(CONFIG.browser_session());
    let mut browser = Browser::new();
    let set = server
        .request(&mut browser, |active| active.insert("key", &1))
        .set_cookie
        .expect("a cookie");
    let removal = server.request(&mut browser, Exchange::invalidate).set_cookie.expect("a removal");
    assert_eq!(Emitted::parse(&set).expect("the grammar").max_age, None);
    assert_eq!(Emitted::parse(&removal).expect("the grammar").max_age, Some(0));
}
