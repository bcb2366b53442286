use super::*;
use crate::entries::Kind;
use crate::keys::{Key, KeyRing};
use crate::protection::SignedKey;

/// Both were made by tests/formats.py, which shares no code with this crate.
const SIGNED: &str = concat!(
    "EwMAAgAAAAEAAABzZWxlY3Rvci4uLi4uLi4uAGjlz4sBAK6o84sBgO42AAAAYFLmz4sBAQADAGFkYQIBAQBuB5YpoH",
    "4KpUCZCUlT_Q3ZPVx4fxdKxQpDip9J3_UUIi6q"
);
#[cfg(feature = "sealed")]
const SEALED: &str = concat!(
    "FANMhfbwSWVB70TUmsO6KbbJWA1qitAVpxIGkXJtYBpzcPSq6I14TO147rft5rZJjG5eZ7jFqwHKJ1upbzJ6NgABAg",
    "MEBQYHCAkKCwwNDg8QERITFBUWF6fMO6MXq7Tcquqf9thMVWE"
);

fn keys<K: Protects>() -> Keys<K> {
    let ring = KeyRing::new(Key::new(3, b"the newest of our secret keys 32").unwrap());
    Keys::derive(&ring, &Config::new()).unwrap()
}

fn golden_is_read_and_written<K: Protects>(golden: &str, rng: &mut impl TryCryptoRng) {
    let mut space = [0; 200];
    let opened = open(&keys::<K>(), golden.as_bytes(), &mut space).ok().unwrap();
    let Fields { guest, revision, selector, issued, header } = opened.fields;
    assert_eq!((guest, revision, selector), (false, 2, *b"selector........"));
    assert_eq!((header.regenerates, header.own_lifetime), (1, false));
    assert_eq!(header.created.as_millis(), 1_700_000_000_000);
    assert_eq!(header.deadline.as_millis(), 1_700_600_000_000);
    assert_eq!(header.idle, Span::of(core::time::Duration::from_secs(3600)));
    assert_eq!(issued.as_millis(), 1_700_000_060_000);
    assert!(!opened.old_key && !opened.has_flash);
    let entries = Entries::new(&space[HEAD..HEAD + opened.entries]);
    assert_eq!(entries.clone().get(Kind::PRINCIPAL, b""), Some(&b"ada"[..]));
    assert_eq!(entries.get(Kind::DATA, b"n"), Some(&[7][..]));

    let token = &mut space[..len::<K>(opened.entries)];
    assert!(protect(keys::<K>().newest().unwrap(), &opened.fields, token, rng).is_ok());
    let mut written = 0;
    base64url::encode(token, |piece| {
        assert_eq!(piece, &golden[written..written + piece.len()]);
        written += piece.len();
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(written, golden.len());
}

/// Counts up from zero, as the nonce of the golden token does.
struct Numbers;

impl rand_core::TryRng for Numbers {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for (byte, number) in bytes.iter_mut().zip(0..) {
            *byte = number;
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

/// promise: T6
#[test]
fn the_golden_signed_token_is_read_and_written() {
    golden_is_read_and_written::<SignedKey>(SIGNED, &mut Numbers);
}

/// promise: T6
#[cfg(feature = "sealed")]
#[test]
fn the_golden_sealed_token_is_read_and_written() {
    golden_is_read_and_written::<crate::protection::SealedKey>(SEALED, &mut Numbers);
}

/// What is authentic, and yet nothing that this release writes.
fn verdict(change: impl Fn(&mut [u8])) -> Option<Verdict> {
    let keys = keys::<SignedKey>();
    let mut space = [0; 200];
    let opened = open(&keys, SIGNED.as_bytes(), &mut space).ok().unwrap();
    let len = len::<SignedKey>(opened.entries);
    let (body, trailer) = space[..len].split_at_mut(len - SignedKey::TRAILER);
    change(body);
    let (head, rest) = body.split_first_chunk_mut::<2>().unwrap();
    let key = &keys.newest().unwrap().token;
    assert!(key.protect(*head, rest, trailer, &mut Numbers).is_ok());
    let (mut text, mut written) = ([0; 300], 0);
    base64url::encode(&space[..len], |piece| {
        text[written..written + piece.len()].copy_from_slice(piece.as_bytes());
        written += piece.len();
        Ok::<(), ()>(())
    })
    .unwrap();
    open(&keys, &text[..written], &mut [0; 200]).err()
}

/// promise: T5, T9
#[test]
fn authentic_nonsense_is_corrupt() {
    assert_eq!(verdict(|_| {}), None);
    // Another form, as of another version or kind of token.
    for form in [0x11, 0x12, 0x14, 0x23] {
        assert_eq!(verdict(|body| body[0] = form), Some(Verdict::Corrupt));
    }
    // A flag that nobody sets, and a guest with entries.
    for flags in [2, 3, 4, 0x80] {
        assert_eq!(verdict(|body| body[2] = flags), Some(Verdict::Corrupt));
    }
    assert_eq!(verdict(|body| body[2] = 1), None);
    // Kinds, lengths and order of entries.
    for place in [HEAD, HEAD + 1, HEAD + 2, HEAD + 7] {
        assert_eq!(verdict(|body| body[place] ^= 4), Some(Verdict::Corrupt), "{place}");
    }
}

/// promise: T10
#[test]
fn a_slot_gives_the_record_what_a_cookie_needs_and_three_quarters_at_most() {
    let config = Config::new();
    let whole = START + longest(&config);
    for slot in [0, 1, 100, 1001, 4000] {
        let layout = layout::<SignedKey>(&config, slot);
        assert_eq!(layout.split, slot - slot / 4);
    }
    let layout = layout::<SignedKey>(&config, 65_000);
    assert_eq!(layout.split, whole);
    assert_eq!(layout.entries, whole - HEADER - SignedKey::TRAILER);
}
