extern crate std;

use std::fmt::Write as _;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::*;
use crate::protection::{Protects, SignedKey};
use crate::{Config, Key, KeyRing, Sessions, Stored, Timestamp, token as codec};

/// The golden tokens of token/tests.rs and carried/tests.rs, which tests/formats.py made.
const ID: &str = "EQNzZWxlY3Rvci4uLi4uLi4udmVyaWZpZXItLS0tLS0tLQBo5c-LAQCuqPOLAdVQmehpaCZFCnsVIthoDncAQdnOXKjJZXkn7pmzPNQK";
const SIGNED: &str = concat!(
    "EwMAAgAAAAEAAABzZWxlY3Rvci4uLi4uLi4uAGjlz4sBAK6o84sBgO42AAAAYFLmz4sBAQADAGFkYQIBAQBuB5YpoH",
    "4KpUCZCUlT_Q3ZPVx4fxdKxQpDip9J3_UUIi6q"
);
#[cfg(feature = "sealed")]
const SEALED: &str = concat!(
    "FANMhfbwSWVB70TUmsO6KbbJWA1qitAVpxIGkXJtYBpzcPSq6I14TO147rft5rZJjG5eZ7jFqwHKJ1upbzJ6NgABAg",
    "MEBQYHCAkKCwwNDg8QERITFBUWF6fMO6MXq7Tcquqf9thMVWE"
);

fn ring(ids: &[u8]) -> KeyRing {
    let key = |id| {
        let secret = if id == 3 { *b"the newest of our secret keys 32" } else { [id + b'a'; 32] };
        // Not all bytes the same.
        Key::new(id, &[secret.as_slice(), if id == 3 { b"" } else { b"." }].concat()).unwrap()
    };
    let (newest, older) = ids.split_first().unwrap();
    older.iter().fold(KeyRing::new(key(*newest)), |ring, id| ring.and_older(key(*id)).unwrap())
}

fn stored(ids: &[u8]) -> Sessions<Stored> {
    Sessions::stored(Config::new(), &ring(ids)).unwrap()
}

fn carried(ids: &[u8]) -> Sessions<crate::Carried> {
    Sessions::carried(Config::new(), &ring(ids)).unwrap()
}

fn edited(text: &str, at: usize) -> String {
    let digit = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{digit}{}", &text[..at], &text[at + 1..])
}

/// promise: T6
#[test]
fn an_id_token_says_its_times_and_the_name_of_its_session() {
    let said = stored(&[3]).inspect(ID.as_bytes()).unwrap();
    assert_eq!((said.form, said.key_id, said.old_key), (Form::SessionId, 3, false));
    assert_eq!(said.issued.as_millis(), 1_700_000_000_000);
    assert_eq!(said.deadline.as_millis(), 1_700_600_000_000);
    // The first 16 bytes of SHA-256("sansession store key v1" | "selector........").
    assert_eq!(format!("{}", said.handle.unwrap()), "900af50a09843cdf0a2ab9038e90982e");
    assert!(!said.csrf_only && said.revision.is_none() && said.contents.is_none());
    assert!(stored(&[5, 3]).inspect(ID.as_bytes()).unwrap().old_key);
}

fn check_carried(said: &Inspection<'_>) {
    assert_eq!((said.key_id, said.old_key, said.csrf_only), (3, false, false));
    assert_eq!(said.issued.as_millis(), 1_700_000_060_000);
    assert_eq!((said.revision.unwrap().get(), said.handle), (2, None));
    let contents = said.contents.unwrap();
    assert_eq!(contents.created().as_millis(), 1_700_000_000_000);
    assert_eq!(
        (contents.deadline(), said.deadline),
        (said.deadline, Timestamp::from_secs(1_700_600_000))
    );
    assert_eq!((contents.idle().as_secs(), contents.own_lifetime()), (3600, false));
    assert_eq!((contents.regenerates(), contents.principal()), (1, Some("ada")));
    let entries: Vec<Entry<'_>> = contents.entries().collect();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].space, entries[0].key), (NameSpace::Data, "n"));
    assert_eq!((entries[0].value, entries[0].decode()), (&[7][..], Ok(7_u8)));
}

/// promise: T6
#[test]
fn a_signed_token_says_what_it_carries() {
    let mut scratch = [0; SIGNED.len()];
    let said = carried(&[3]).inspect(SIGNED.as_bytes(), &mut scratch).unwrap();
    assert_eq!(said.form, Form::Signed);
    check_carried(&said);
    assert!(carried(&[5, 3]).inspect(SIGNED.as_bytes(), &mut scratch).unwrap().old_key);
}

/// promise: T6
#[cfg(feature = "sealed")]
#[test]
fn a_sealed_token_says_what_it_carries_to_who_has_the_key() {
    let sealed = Sessions::sealed(Config::new(), &ring(&[3])).unwrap();
    let mut scratch = [0; SEALED.len()];
    let said = sealed.inspect(SEALED.as_bytes(), &mut scratch).unwrap();
    assert_eq!(said.form, Form::Sealed);
    check_carried(&said);
    let claim = Claim::read(SEALED.as_bytes(), &mut scratch).unwrap();
    assert_eq!((claim.form, claim.key_id), (Form::Sealed, 3));
    assert!(claim.unverified.is_none());
    assert_eq!(
        carried(&[3]).inspect(SEALED.as_bytes(), &mut scratch).err(),
        Some(Rejection::Form { form: 0x14 })
    );
}

/// What a token claims is what it says, once it is verified.
#[test]
fn a_claim_needs_no_key() {
    let mut scratch = [0; 200];
    let claim = Claim::read(ID.as_bytes(), &mut scratch).unwrap();
    let said = stored(&[3]).inspect(ID.as_bytes()).unwrap();
    assert_eq!(format!("{:?}", claim.unverified.unwrap()), format!("{said:?}"));
    let claim = Claim::read(SIGNED.as_bytes(), &mut scratch).unwrap();
    assert_eq!((claim.form, claim.key_id), (Form::Signed, 3));
    check_carried(&claim.unverified.unwrap());
}

/// promise: T1, T3, T5
#[test]
fn every_reason_is_told() {
    let stored_says = |ids: &[u8], text: &str| stored(ids).inspect(text.as_bytes()).err();
    let carried_says =
        |ids: &[u8], text: &str| carried(ids).inspect(text.as_bytes(), &mut [0; 200]).err();
    for says in [&stored_says as &dyn Fn(&[u8], &str) -> _, &carried_says] {
        for chars in [0, 1, 2, 5, 400, 401] {
            let junk = "A".repeat(chars);
            assert_eq!(says(&[3], &junk), Some(Rejection::Length { chars }), "{chars}");
        }
        assert_eq!(says(&[3], "EQ=="), Some(Rejection::Alphabet));
        // The last character has bits that say nothing, and they must be zero.
        assert_eq!(says(&[3], "IQN"), Some(Rejection::Alphabet));
        assert_eq!(says(&[3], "IQNz"), Some(Rejection::Form { form: 0x21 }));
    }
    assert_eq!(stored_says(&[3], &ID[..100]), Some(Rejection::Length { chars: 100 }));
    let claim = Claim::read(&ID.as_bytes()[..100], &mut [0; 200]).err();
    assert_eq!(claim, Some(Rejection::Length { chars: 100 }));
    assert_eq!(stored_says(&[3], &ID.replace('-', "+")), Some(Rejection::Alphabet));
    assert_eq!(stored_says(&[3], &SIGNED[..104]), Some(Rejection::Form { form: 0x13 }));
    assert_eq!(stored_says(&[4], ID), Some(Rejection::Key { id: 3 }));
    assert_eq!(carried_says(&[3], ID), Some(Rejection::Form { form: 0x11 }));
    assert_eq!(carried_says(&[3], &SIGNED[..44]), Some(Rejection::Length { chars: 44 }));
    assert_eq!(carried_says(&[4], SIGNED), Some(Rejection::Key { id: 3 }));
    for at in 4..ID.len() - 2 {
        assert_eq!(stored_says(&[3], &edited(ID, at)), Some(Rejection::Tag), "{at}");
    }
    for at in 4..SIGNED.len() - 2 {
        assert_eq!(carried_says(&[3], &edited(SIGNED, at)), Some(Rejection::Tag), "{at}");
    }
}

#[test]
fn a_reason_says_what_people_can_look_for() {
    let told = [
        (Rejection::Length { chars: 5 }, "5 characters"),
        (Rejection::Alphabet, "base64url"),
        (Rejection::Form { form: 0x21 }, "form 0x21"),
        (Rejection::Key { id: 3 }, "id 3"),
        (Rejection::Tag, "tag"),
        (Rejection::NewerVersion { version: 2 }, "version 2"),
        (Rejection::Contents, "nothing that any release writes"),
    ];
    for (reason, part) in told {
        assert!(format!("{reason}").contains(part), "{reason}");
    }
}

/// promise: T9
#[test]
fn authentic_nonsense_has_no_contents() {
    let mut space = [0; 200];
    let sessions = carried(&[3]);
    let len = crate::carried::len::<SignedKey>(0) + 4;
    let (body, rest) = space.split_at_mut(len - SignedKey::TRAILER);
    body[..2].copy_from_slice(&[0x13, 3]);
    let trailer = &mut rest[..SignedKey::TRAILER];
    let key = &sessions.keys.newest().unwrap().token;
    let protected = key.protect([0x13, 3], &mut body[2..], trailer, &mut Never);
    assert!(protected.is_ok());
    let mut text = String::new();
    let Ok(()) = crate::base64url::encode(&space[..len], |piece| {
        text.push_str(piece);
        Ok::<(), core::convert::Infallible>(())
    });
    let said = sessions.inspect(text.as_bytes(), &mut [0; 200]).err();
    assert_eq!(said, Some(Rejection::Contents));
    assert!(Claim::read(text.as_bytes(), &mut [0; 200]).unwrap().unverified.is_none());
}

/// The form bytes are those that the codecs write.
#[test]
fn forms_are_numbered_as_they_are_written() {
    for byte in 0..=255 {
        assert!(Form::from_byte(byte).is_none_or(|form| form.to_byte() == byte));
    }
    let names: Vec<_> = (0..=255).filter_map(Form::from_byte).map(Form::name).collect();
    assert_eq!(names, ["session-id", "csrf-id", "signed", "sealed"]);
    assert_eq!(Form::SessionId.to_byte(), codec::Form::Session.to_byte());
    assert_eq!(Form::CsrfId.to_byte(), codec::Form::Guest.to_byte());
    assert_eq!(Form::Signed.to_byte(), SignedKey::FORM);
    #[cfg(feature = "sealed")]
    assert_eq!(Form::Sealed.to_byte(), crate::protection::SealedKey::FORM);
}

/// promise: L3, L7
#[test]
fn a_record_says_all_but_its_hashes() {
    let mut record = [0; 68 + 4 + 3 + 4 + 1 + 2 + 4 + 4 + 8 + 3];
    let fields = [
        &[1, 0b111, 4, 0, 0, 0][..],
        &[0x10, 0x27, 0, 0, 0, 0],
        &[0x90, 0x5f, 1, 0, 0, 0],
        &[0x30, 0x75, 0, 0, 0, 0],
        &[0xf8, 0x2a, 0, 0, 0, 0],
        &[0x20, 0x4e, 0, 0, 0, 0],
        b"current-verifierprevious-verifie",
        b"\x01\0\x03\0ada\x02\x01\x02\0n\xac\x02\x03\x04\x0b\0note\x09\0\0\0\0\0\0\0\x02hi",
    ]
    .concat();
    record.copy_from_slice(&fields);
    let said = Record::read(&record).unwrap();
    assert!(!said.sealed);
    assert_eq!(said.minted.as_millis(), 11_000);
    assert_eq!(said.previous, Some(Previous::Until(Timestamp::from_millis(20_000))));
    let contents = said.contents;
    assert_eq!(contents.created().as_millis(), 10_000);
    assert_eq!(contents.deadline().as_millis(), 90_000);
    assert_eq!((contents.idle().as_millis(), contents.own_lifetime()), (30_000, true));
    assert_eq!((contents.regenerates(), contents.principal()), (4, Some("ada")));
    let [data, flash] = contents.entries().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((data.space, data.key, data.decode()), (NameSpace::Data, "n", Ok(300_u32)));
    assert_eq!(flash.space, NameSpace::Flash { set: crate::Revision::new(9) });
    assert_eq!((flash.key, flash.decode()), ("note", Ok("hi")));

    let [seen, early, late] = [20_000, 49_999, 50_000].map(Timestamp::from_millis);
    assert_eq!(contents.in_time(seen, early), Ok(()));
    assert_eq!(contents.in_time(seen, late), Err(crate::Verdict::ExpiredIdle));

    record[1] = 0b101;
    record[30..36].fill(0);
    assert_eq!(Record::read(&record).unwrap().previous, Some(Previous::UntilSeen));
    assert_eq!(Record::read(&record[..70]).err(), Some(Rejection::Contents));
    record[0] = 3;
    assert_eq!(Record::read(&record).err(), Some(Rejection::NewerVersion { version: 3 }));
}

/// promise: I6
#[test]
fn nothing_shows_ids_keys_or_entries() {
    let mut scratch = [0; 200];
    let mut shown = format!("{:?}", stored(&[3]).inspect(ID.as_bytes()).unwrap());
    let said = carried(&[3]).inspect(SIGNED.as_bytes(), &mut scratch).unwrap();
    let entry = said.contents.unwrap().entries().next().unwrap();
    assert_eq!(format!("{entry:?}"), "Entry { space: Data, bytes: 1, .. }");
    write!(shown, "{said:?} {entry:?}").unwrap();
    write!(shown, "{:?}", Claim::read(SIGNED.as_bytes(), &mut scratch).unwrap()).unwrap();
    assert!(shown.contains("entries: 1") && shown.contains("bound: true"), "{shown}");
    for secret in ["selector", "verifier", "115, 101, 108", "ada", "\"n\"", "[7]", "secret"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

/// promise: H1, H2
#[test]
fn headers_are_read_as_an_exchange_reads_them() {
    let mut headers = CookieHeaders::new();
    let line = b"a=1; sid=x;sid = \ty=z ;\tSID=no; sid; =sid; b=sid=no;sid=";
    let values: Vec<&[u8]> = headers.values(line, "sid").collect();
    assert_eq!(values, [&b"x"[..], b"y=z", b""]);
    // The pairs of all lines count together.
    let many = "b=1;".repeat(247) + "sid=2;sid=3";
    assert_eq!(headers.values(many.as_bytes(), "sid").collect::<Vec<_>>(), [b"2"]);
    assert_eq!(headers.values(b"sid=4", "sid").count(), 0);
    assert_eq!(MAX_CANDIDATES, 8);
}

struct Never;

impl rand_core::TryRng for Never {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Never {}
