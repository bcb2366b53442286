//! The id token: which texts are accepted, where, and when.
//!
//! An input says which token a server issues, how its text is changed on the way, and when it comes back.

use core::time::Duration;
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use sansession::{Begin, Config, Key, KeyRing, Sessions, Stored, Timestamp, Verdict};
use sansession_tests::Dice;

use crate::cookie_header::trimmed;
use crate::edit::Edit;
use crate::issue::{Issued, issue, slot};
use crate::shown::show;

/// What a token is good for: the cookie and the keys that verify it, the newest first.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Purpose {
    name: &'static str,
    audience: &'static str,
    epoch: u32,
    keys: &'static [(u8, &'static [u8; 32])],
}

const FIRST: (u8, &[u8; 32]) = (1, b"a key for fuzzing, thirty-two b.");
const SECOND: (u8, &[u8; 32]) = (2, b"one more key, of thirty-two too.");
const AS_FIRST: (u8, &[u8; 32]) = (1, SECOND.1);

const PLAIN: Purpose = Purpose { name: "a", audience: "bc", epoch: 0, keys: &[FIRST] };

/// Each unlike the first in one thing, but for the last two: one shares a key with it, and one the letters of its name
/// and audience.
const PURPOSES: [Purpose; 8] = [
    PLAIN,
    Purpose { name: "b", ..PLAIN },
    Purpose { audience: "", ..PLAIN },
    Purpose { epoch: 1, ..PLAIN },
    Purpose { keys: &[SECOND], ..PLAIN },
    Purpose { keys: &[AS_FIRST], ..PLAIN },
    Purpose { keys: &[SECOND, FIRST], ..PLAIN },
    Purpose { name: "ab", audience: "c", ..PLAIN },
];

static SESSIONS: LazyLock<Vec<Sessions<Stored>>> = LazyLock::new(|| {
    let sessions = |purpose: &Purpose| {
        let mut keys =
            purpose.keys.iter().map(|(id, secret)| Key::new(*id, *secret).expect("strong"));
        let ring = KeyRing::new(keys.next().expect("a key"));
        let ring = keys.fold(ring, |ring, key| ring.and_older(key).expect("room"));
        let config = Config::new().insecure_http(purpose.name);
        Sessions::stored(config.audience(purpose.audience).epoch(purpose.epoch), &ring)
    };
    PURPOSES.iter().map(|purpose| sessions(purpose).expect("sound")).collect()
});

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    purpose: u8,
    /// The token has no session behind it.
    guest: bool,
    seed: u16,
    /// In milliseconds; the lifetime as well.
    issued: u64,
    lifetime: u64,
    presented: u64,
    edits: Vec<Edit<'a>>,
}

/// A cookie value is accepted exactly if it is a token that was issued for this cookie, byte for byte.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else { return };
    show(&case);
    let own = usize::from(case.purpose) % PURPOSES.len();
    let issued = Timestamp::from_millis(case.issued);
    let lifetime = Duration::from_millis(case.lifetime.max(1));
    let token = |seed| token(&case, &SESSIONS[own], Dice::new(seed), issued, lifetime);
    let first = token(u64::from(case.seed));
    let second = token(u64::from(case.seed) + 1);
    let text = first.value();

    let name = PURPOSES[own].name;
    for (place, purpose) in PURPOSES.iter().enumerate() {
        let open = place == own || opens(purpose, &PURPOSES[own]);
        assert_eq!(accepts(place, text.as_bytes(), issued), open, "{name}'s as {place}");
    }
    let deadline = issued.after(lifetime);
    for now in [issued, deadline, before(deadline), Timestamp::from_millis(case.presented)] {
        assert_eq!(present(own, text, now, &first), expected(&case, issued, deadline, now));
    }

    let mut edited = text.as_bytes().to_vec();
    for edit in &case.edits {
        edit.apply(&mut edited, second.value().as_bytes());
    }
    // What ends a value is the header's business, and so is the white space around it.
    if !edited.contains(&b';') {
        let value = trimmed(&edited);
        let authentic = value == text.as_bytes() || value == second.value().as_bytes();
        assert_eq!(accepts(own, &edited, issued), authentic, "{:?}", value.escape_ascii());
    }
}

fn token(
    case: &Case<'_>,
    sessions: &Sessions<Stored>,
    mut dice: Dice,
    now: Timestamp,
    lifetime: Duration,
) -> Issued {
    let issued = issue(sessions, now, &mut dice.clone(), |active| {
        active.set_lifetime(lifetime, lifetime).expect("long enough");
        if case.guest {
            let Ok(_) = active.csrf_token(sessions, &mut dice);
        } else {
            active.insert("a", &1_u8).expect("room");
        }
    });
    assert_eq!(issued.stored.is_none(), case.guest);
    // It panics unless the text is one of token v1.
    sansession_tests::id(issued.value());
    issued
}

/// Whether a purpose takes tokens of another one.
fn opens(purpose: &Purpose, other: &Purpose) -> bool {
    purpose.keys.contains(&other.keys[0]) && Purpose { keys: other.keys, ..*purpose } == *other
}

/// Whether a value is taken for authentic.
fn accepts(purpose: usize, value: &[u8], now: Timestamp) -> bool {
    let header = [PURPOSES[purpose].name.as_bytes(), b"=", value].concat();
    match SESSIONS[purpose].begin([header.as_slice()], now, slot()) {
        Begin::Load(_) => true,
        Begin::Ready(active) => !matches!(active.verdict(), Verdict::Malformed | Verdict::Forged),
    }
}

/// What comes of a token at `now`: nothing if its record is looked up.
fn present(purpose: usize, text: &str, now: Timestamp, issued: &Issued) -> Option<Verdict> {
    let header = format!("{}={text}", PURPOSES[purpose].name);
    match SESSIONS[purpose].begin([header.as_bytes()], now, slot()) {
        Begin::Load(mut loading) => {
            assert_eq!(issued.stored.as_ref().map(|(key, _)| *key), Some(loading.request().0));
            None
        }
        Begin::Ready(active) => Some(active.verdict()),
    }
}

fn expected(
    case: &Case<'_>,
    issued: Timestamp,
    deadline: Timestamp,
    now: Timestamp,
) -> Option<Verdict> {
    if issued > now.after(Duration::from_secs(60)) {
        return Some(Verdict::Unknown);
    }
    if case.guest {
        return Some(Verdict::None);
    }
    (now >= deadline).then_some(Verdict::ExpiredAbsolute)
}

fn before(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_sub(1))
}
