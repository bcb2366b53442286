//! Carried sessions, signed and sealed: which texts open one, and what it then holds.
//!
//! An input says what a handler writes, how the cookie is changed on the way, and where it comes back.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use sansession::{
    Carried, Config, Ending, Key, KeyRing, Protection, Sealed, Sessions, Signed, Slot, Verdict,
};
use sansession_tests::Dice;

use crate::cookie_header::trimmed;
use crate::edit::Edit;
use crate::issue::{Exchange, NOW};
use crate::shown::show;

const NAMES: [&str; 2] = ["a", "ab"];

// For each name, without an audience and with one.
static SIGNED: LazyLock<Vec<Sessions<Carried<Signed>>>> =
    LazyLock::new(|| kinds(Sessions::carried));
static SEALED: LazyLock<Vec<Sessions<Carried<Sealed>>>> = LazyLock::new(|| kinds(Sessions::sealed));

fn kinds<S, E: std::fmt::Debug>(make: fn(Config, &KeyRing) -> Result<S, E>) -> Vec<S> {
    let key = Key::new(1, b"a key for fuzzing, thirty-two b.").expect("strong");
    let configs = NAMES.iter().flat_map(|name| {
        ["", "b"].map(|audience| Config::new().insecure_http(name).audience(audience))
    });
    configs.map(|config| make(config, &KeyRing::new(key.clone())).expect("sound")).collect()
}

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    sealed: bool,
    purpose: u8,
    seed: u16,
    writes: Vec<(&'a str, &'a str)>,
    principal: Option<&'a str>,
    flash: Option<(&'a str, &'a str)>,
    edits: Vec<Edit<'a>>,
}

/// What a session holds.
#[derive(PartialEq, Eq, Debug, Default)]
struct Held {
    data: BTreeMap<String, String>,
    flash: BTreeMap<String, String>,
    principal: Option<String>,
}

/// A cookie value opens a session exactly if it was made for this cookie, byte for byte, and it holds what was written.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else { return };
    show(&case);
    if case.sealed {
        check_kind(&case, &SEALED, &SIGNED);
    } else {
        check_kind(&case, &SIGNED, &SEALED);
    }
}

fn check_kind<P: Protection, Q: Protection>(
    case: &Case<'_>,
    own: &[Sessions<Carried<P>>],
    others: &[Sessions<Carried<Q>>],
) {
    let place = usize::from(case.purpose) % own.len();
    let (sessions, name) = (&own[place], NAMES[place / 2]);
    let Some((first, held)) = issue(case, sessions, u64::from(case.seed)) else { return };
    let Some((second, _)) = issue(case, sessions, u64::from(case.seed) + 1) else { return };
    assert!(name.len() + first.len() <= 4095, "{} characters", first.len());

    for (at, sessions) in own.iter().enumerate() {
        let opened = open(sessions, NAMES[at / 2], first.as_bytes());
        assert_eq!(
            opened.as_ref(),
            (at == place).then_some(&held),
            "made for {place}, used for {at}"
        );
    }
    for (at, sessions) in others.iter().enumerate() {
        assert_eq!(open(sessions, NAMES[at / 2], first.as_bytes()), None, "of another kind");
    }

    let mut edited = first.clone().into_bytes();
    for edit in &case.edits {
        edit.apply(&mut edited, second.as_bytes());
    }
    // What ends a value is the header's business, and so is the white space around it.
    if !edited.contains(&b';') {
        let value = trimmed(&edited);
        let authentic = value == first.as_bytes() || value == second.as_bytes();
        let opened = open(sessions, name, &edited).is_some();
        assert_eq!(opened, authentic, "{:?}", value.escape_ascii());
    }
}

fn slot() -> Box<Slot> {
    Box::new(Slot::<[u8; 6000]>::new())
}

/// The value of the cookie, and what the session holds; none if nothing that fits was written.
fn issue<P: Protection>(
    case: &Case<'_>,
    sessions: &Sessions<Carried<P>>,
    seed: u64,
) -> Option<(String, Held)> {
    let mut active = sessions.begin([], NOW, slot());
    let mut held = Held::default();
    for (key, value) in &case.writes {
        if active.insert_str(key, value).is_ok() {
            held.data.insert((*key).to_owned(), (*value).to_owned());
        }
    }
    if let Some((key, message)) = case.flash
        && active.flash_str(key, message).is_ok()
    {
        held.flash.insert(key.to_owned(), message.to_owned());
    }
    if let Some(principal) = case.principal
        && active.login(principal).is_ok()
    {
        held.principal = Some(principal.to_owned());
    }
    let Ok(reply) = sessions.finish(active, Ending::Answered, NOW, &mut Dice::new(seed));
    assert!(!reply.outcome().is_refusal(), "{}", reply.outcome());
    let cookie = reply.set_cookie(sessions)?.to_string();
    let (_, value) = cookie.split(';').next()?.split_once('=')?;
    Some((value.to_owned(), held))
}

fn open<P: Protection>(sessions: &Sessions<Carried<P>>, name: &str, value: &[u8]) -> Option<Held> {
    let header = [name.as_bytes(), b"=", value].concat();
    let mut active = sessions.begin([header.as_slice()], NOW, slot());
    match active.verdict() {
        Verdict::Resumed => Some(see(&mut active)),
        Verdict::Malformed | Verdict::Forged => None,
        verdict => panic!("{verdict}: authentic, and not a session"),
    }
}

fn see(active: &mut Exchange) -> Held {
    let own = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (keys, messages) = (own(active.keys().collect()), own(active.flash_keys().collect()));
    let mut held = Held { principal: active.principal().map(str::to_owned), ..Held::default() };
    for key in keys {
        let value = active.get::<&str>(&key).expect("a string").expect("listed").to_owned();
        held.data.insert(key, value);
    }
    for key in messages {
        let message = active.flashed::<&str>(&key).expect("a string").expect("listed").to_owned();
        held.flash.insert(key, message);
    }
    held
}
