//! The `Set-Cookie` header: what it says for any configuration that is taken, and which ones are.

use core::time::Duration;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};

use arbitrary::{Arbitrary, Unstructured};
use sansession::{Config, Ending, Key, KeyRing, SameSite, Sessions, Stored, Timestamp};
use sansession_tests::{Dice, Emitted, MapStore, Row, drive, load};

use crate::issue::{Issued, NOW, issue, slot};
use crate::shown::show;

/// RFC 6265bis 5.5: at most 400 days.
const LONGEST: u64 = 34_560_000;

static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    KeyRing::new(Key::new(1, b"a key for fuzzing, thirty-two b.").expect("a strong key"))
});

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    secure: bool,
    persistent: bool,
    partitioned: bool,
    same_site: u8,
    /// In milliseconds.
    lifetime: u64,
    name: Text<'a>,
    path: Text<'a>,
    domain: Option<Text<'a>>,
}

/// A text, and how often what comes at its end.
#[derive(Arbitrary, Debug)]
struct Text<'a> {
    times: u16,
    end: u8,
    start: &'a str,
}

/// A configuration is taken exactly if its cookie is sound, and its `Set-Cookie` says by the grammar what it says.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else { return };
    show(&case);
    let domain = case.domain.as_ref().map(|domain| domain.whole(300));
    let (name, path) = (case.name.whole(80), case.path.whole(1100));
    // What the header should say besides value and Max-Age.
    let wanted = Emitted {
        name,
        value: String::new(),
        path: Some(path),
        domain,
        max_age: None,
        secure: case.secure,
        http_only: true,
        partitioned: case.partitioned,
        same_site: Some(match case.same_site % 3 {
            0 => sansession_tests::SameSite::Strict,
            1 => sansession_tests::SameSite::Lax,
            _ => sansession_tests::SameSite::None,
        }),
    };
    let Some(config) = config(&case, &wanted) else { return };
    match Sessions::stored(config, &RING) {
        Ok(sessions) => {
            assert!(is_sound(&wanted), "taken: {wanted:?}");
            set_and_remove(&case, &sessions, wanted);
        }
        Err(error) => assert!(!is_sound(&wanted), "{error}: {wanted:?}"),
    }
}

/// The configuration; none if there is no room to keep its texts for ever.
fn config(case: &Case<'_>, wanted: &Emitted) -> Option<Config> {
    let name = forever(&wanted.name)?;
    let config = Config::new();
    let config = if case.secure { config.cookie_name(name) } else { config.insecure_http(name) };
    let config = config.cookie_path(forever(wanted.path.as_deref().unwrap_or_default())?);
    let config = match &wanted.domain {
        Some(domain) => config.cookie_domain(forever(domain)?),
        None => config,
    };
    let config = if case.persistent { config } else { config.browser_session() };
    let config = if case.partitioned { config.partitioned() } else { config };
    let config = config.absolute(case.lifetime()).idle(case.lifetime());
    Some(config.same_site(
        [SameSite::Strict, SameSite::Lax, SameSite::None][usize::from(case.same_site % 3)],
    ))
}

/// Whether these attributes make a cookie: the strict reader must find them again in a header put together by hand.
fn is_sound(wanted: &Emitted) -> bool {
    let Emitted { name, domain, secure, .. } = wanted;
    let path = wanted.path.as_deref().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let of_host = *secure && domain.is_none() && path == "/";
    name.len() <= 64
        && path.starts_with('/')
        && path.len() <= 1024
        && (!lower.starts_with("__host-") || of_host)
        && (!lower.starts_with("__secure-") || *secure)
        && (wanted.same_site != Some(sansession_tests::SameSite::None) || *secure)
        && (!wanted.partitioned || *secure)
        && Emitted::parse(&by_hand(wanted)).as_ref() == Ok(wanted)
}

fn by_hand(wanted: &Emitted) -> String {
    let Emitted { name, path, domain, secure, same_site, partitioned, .. } = wanted;
    let domain = domain.as_ref().map(|domain| format!("; Domain={domain}")).unwrap_or_default();
    let secure = if *secure { "; Secure" } else { "" };
    let partitioned = if *partitioned { "; Partitioned" } else { "" };
    let same_site = same_site.map(|same_site| format!("; SameSite={same_site:?}"));
    let (path, same_site) = (path.as_deref().unwrap_or_default(), same_site.unwrap_or_default());
    format!("{name}=; Path={path}{domain}{secure}; HttpOnly{same_site}{partitioned}")
}

/// One exchange sets the cookie, the next one removes it.
fn set_and_remove(case: &Case<'_>, sessions: &Sessions<Stored>, wanted: Emitted) {
    let issued = issue(sessions, NOW, &mut Dice::new(0), |active| {
        active.insert("a", &1_u8).expect("room");
    });
    let left = NOW.after(case.lifetime()).since(NOW).as_secs();
    let max_age = case.persistent.then_some(left.clamp(1, LONGEST));
    let value = issued.value().to_owned();
    says(&issued.set_cookie, &Emitted { value, max_age, ..wanted.clone() });
    says(&removal(sessions, &issued), &Emitted { max_age: Some(0), ..wanted });
}

fn removal(sessions: &Sessions<Stored>, issued: &Issued) -> String {
    let store = MapStore::new();
    let (key, record) = issued.stored.clone().expect("a session");
    let revision = sansession::Revision::FIRST;
    store.put(key, Row { record, revision, seen: NOW, expires: Timestamp::MAX, principal: None });
    let mut active =
        load(sessions, &store, sessions.begin([issued.pair().as_bytes()], NOW, slot()));
    active.invalidate();
    let Ok(end) = sessions.finish(active, Ending::Answered, NOW, &mut Dice::new(0));
    let reply = drive(&store, sessions, end);
    reply.set_cookie(sessions).expect("a removal").to_string()
}

fn says(set_cookie: &str, wanted: &Emitted) {
    let printable = set_cookie.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    assert!(printable, "{}", set_cookie.escape_debug());
    assert_eq!(Emitted::parse(set_cookie).as_ref(), Ok(wanted), "{set_cookie}");
}

impl Case<'_> {
    fn lifetime(&self) -> Duration {
        Duration::from_millis(self.lifetime.max(1))
    }
}

impl Text<'_> {
    fn whole(&self, longest: usize) -> String {
        let end = ["a", "a.", "/", "é"][usize::from(self.end % 4)];
        // Most texts are short.
        let times = usize::from(self.times).saturating_sub(usize::from(u16::MAX) / 2) % longest;
        self.start.to_owned() + &end.repeat(times)
    }
}

/// Keeps a text for as long as the process lives, each once; none when they are too many.
///
/// A configuration borrows its texts for ever. Long runs begin anew every few minutes.
fn forever(text: &str) -> Option<&'static str> {
    static KEPT: LazyLock<Mutex<(HashSet<&'static str>, usize)>> = LazyLock::new(Mutex::default);
    const ROOM: usize = 1024 * 1024 * 1024;

    let mut kept = KEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(text) = kept.0.get(text) {
        return Some(text);
    }
    kept.1 += text.len() + 64;
    if kept.1 > ROOM {
        return None;
    }
    let text = Box::leak(text.to_owned().into_boxed_str());
    kept.0.insert(text);
    Some(text)
}
