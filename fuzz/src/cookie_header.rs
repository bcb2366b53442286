//! The `Cookie` header: what is looked up for any bytes in it.
//!
//! The first byte of an input says whether a long cookie of somebody else comes first, so that short inputs reach the
//! end of what is read. The rest is header lines.

use std::sync::LazyLock;

use sansession::{Begin, Config, Key, KeyRing, Sessions, StoreKey, Stored, Verdict};
use sansession_tests::Dice;

use crate::issue::{NOW, issue, slot};

const NAME: &[u8] = b"sid";
/// So much is read of one request.
const BYTES: usize = 32 * 1024;

struct World {
    sessions: Sessions<Stored>,
    good: String,
    key: StoreKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = Key::new(1, b"a key for fuzzing, thirty-two b.").expect("a strong key");
    let config = Config::new().insecure_http("sid");
    let sessions = Sessions::stored(config, &KeyRing::new(key)).expect("a sound configuration");
    let issued = issue(&sessions, NOW, &mut Dice::new(0), |active| {
        active.insert("a", &1_u8).expect("room");
    });
    let (key, _) = issued.stored.as_ref().expect("a session");
    World { key: *key, good: issued.value().to_owned(), sessions }
});

/// A look-up is made exactly for the good cookies that an independent reading of the header finds in bounds.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Some((bulk, text)) = data.split_first() else { return };
    let bulk = match bulk {
        0xf0.. => vec![b'x'; BYTES - 64 * usize::from(0xff - bulk)],
        _ => Vec::new(),
    };
    let mut lines: Vec<&[u8]> = vec![&bulk];
    lines.extend(text.split(|byte| *byte == b'\n'));
    look_up(&lines);
    // With a good one behind it all, which a fuzzer cannot make up.
    let good = format!("sid={}", WORLD.good);
    lines.push(good.as_bytes());
    look_up(&lines);
}

fn look_up(lines: &[&[u8]]) {
    let World { sessions, good, key } = &*WORLD;
    let values = read(lines);
    match sessions.begin(lines.iter().copied(), NOW, slot()) {
        Begin::Load(mut loading) => {
            assert_eq!(loading.request().0, *key, "a look-up of something else");
            assert!(values.iter().any(|value| value == good.as_bytes()), "a look-up for no cookie");
        }
        Begin::Ready(active) => {
            assert!(values.iter().all(|value| value != good.as_bytes()), "a good one passed over");
            match active.verdict() {
                Verdict::None => assert!(values.is_empty(), "{values:?} passed over"),
                Verdict::Malformed | Verdict::Forged => assert!(!values.is_empty()),
                verdict => panic!("{verdict}"),
            }
        }
    }
}

/// The first eight values of [`NAME`] in the first 256 pairs in the first 32 KiB.
///
/// RFC 6265bis 5.6, one byte after the other: `;` ends a pair, the first `=` a name, and spaces and tabs around names and
/// values mean nothing.
fn read(lines: &[&[u8]]) -> Vec<Vec<u8>> {
    let (mut values, mut pairs, mut bytes) = (Vec::new(), 0, 0);
    for line in lines {
        let (mut name, mut value): (Vec<u8>, Option<Vec<u8>>) = (Vec::new(), None);
        for byte in line.iter().take(BYTES - bytes).chain(b";") {
            match (byte, &mut value) {
                (b';', _) => {
                    pairs += 1;
                    if let Some(value) = value.take().filter(|_| trimmed(&name) == NAME)
                        && pairs <= 256
                        && values.len() < 8
                    {
                        values.push(trimmed(&value));
                    }
                    name.clear();
                }
                (b'=', None) => value = Some(Vec::new()),
                (byte, None) => name.push(*byte),
                (byte, Some(value)) => value.push(*byte),
            }
        }
        bytes = (bytes + line.len()).min(BYTES);
    }
    values
}

/// What is left of a name or value without the white space around it.
pub(crate) fn trimmed(bytes: &[u8]) -> Vec<u8> {
    let white = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let mut bytes: Vec<u8> = bytes.iter().copied().skip_while(white).collect();
    while bytes.last().is_some_and(white) {
        bytes.pop();
    }
    bytes
}
