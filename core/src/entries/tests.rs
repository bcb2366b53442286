extern crate std;

use std::collections::BTreeMap;
use std::vec::Vec;

use super::*;

/// Random operations on a map of each size, beside a `BTreeMap`; the bytes are the sorted entries and nothing else.
#[test]
fn a_packed_map_is_a_sorted_map() {
    let mut state = 1_u32;
    let mut draw = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for capacity in [0, 4, 9, 30, 100, 400] {
        let mut region = std::vec![0_u8; capacity];
        let mut len = 0;
        let mut model: BTreeMap<(u8, Vec<u8>), Vec<u8>> = BTreeMap::new();
        for _ in 0..3000 {
            let kind = [Kind::DATA, Kind::FLASH, Kind::NOW][draw(3) as usize];
            let key = std::vec![b'a' + u8::try_from(draw(6)).unwrap(); draw(3) as usize];
            let value = std::vec![draw(256).to_le_bytes()[0]; draw(40) as usize];
            let mut map = EntriesMut { region: &mut region, len: &mut len };
            let used: usize =
                model.iter().map(|((_, key), value)| size(key.len(), value.len())).sum();
            let old = model.get(&(kind.0, key.clone())).map_or(0, |old| size(key.len(), old.len()));
            if draw(3) == 0 {
                assert_eq!(map.remove(kind, &key), model.remove(&(kind.0, key)).is_some());
            } else {
                let needed = size(key.len(), value.len());
                let free = capacity - used + old;
                assert_eq!(map.room(map.place(kind, &key)), free);
                if needed <= free {
                    map.set(kind, &key, &value).unwrap();
                    model.insert((kind.0, key), value);
                } else {
                    assert_eq!(map.set(kind, &key, &value), Err(WriteError::Full { needed, free }));
                }
            }
            let expected: Vec<u8> = model
                .iter()
                .flat_map(|((kind, key), value)| {
                    let lens = [*kind, key.len().to_le_bytes()[0], value.len().to_le_bytes()[0], 0];
                    [&lens[..], key, value].concat()
                })
                .collect();
            assert_eq!(&region[..len], expected);
        }
    }
}

#[test]
fn retain_mark_and_duplicate_keep_the_order() {
    let mut region = [0; 200];
    let mut len = 0;
    let mut map = EntriesMut { region: &mut region, len: &mut len };
    for key in [b"b", b"a", b"c"] {
        map.set(Kind::FLASH, key, b"12345678m").unwrap();
        map.set(Kind::NOW, key, key).unwrap();
    }
    assert!(map.mark(Kind::FLASH, Mark::Kept, |_| true));
    assert!(map.mark(Kind::FLASH, Mark::Spent, |entry| entry.key == b"b"));
    assert!(!map.mark(Kind::FLASH, Mark::Spent, |entry| entry.key == b"x"));
    map.duplicate(Kind::NOW, Kind::DATA, b"c").unwrap();
    assert_eq!(map.entries().get(Kind::DATA, b"c"), Some(&b"c"[..]));
    map.retain(|entry| !entry.has(Mark::Spent));
    map.unmark(Kind::FLASH);
    assert!(map.entries().all(|entry| !entry.has(Mark::Kept)));
    let left: Vec<&[u8]> = map.entries().of_kind(Kind::FLASH).map(|entry| entry.key).collect();
    assert_eq!(left, [b"a", b"c"]);
    assert_eq!(map.entries().count(), 6);
}

/// promise: T9
#[test]
fn only_sorted_whole_entries_of_known_kinds_are_sound() {
    let entry = |kind: u8, key: &[u8], value: &[u8]| {
        let lens = [kind, key.len().to_le_bytes()[0], value.len().to_le_bytes()[0], 0];
        [&lens[..], key, value].concat()
    };
    let good =
        [entry(1, b"", b"me"), entry(2, b"a", b""), entry(2, b"b", b"x"), entry(3, b"a", &[0; 8])];
    assert_eq!(Entries::check(&good.concat()), Some(true));
    assert_eq!(Entries::check(&good[..3].concat()), Some(false));
    assert_eq!(Entries::check(b""), Some(false));
    for cut in 1..good.concat().len() {
        let whole = [0, 6, 11, 17].contains(&cut);
        assert_eq!(Entries::check(&good.concat()[..cut]).is_some(), whole, "cut at {cut}");
    }
    let bad = [
        [entry(2, b"a", b""), entry(2, b"a", b"")].concat(),
        [entry(2, b"b", b""), entry(2, b"a", b"")].concat(),
        [entry(3, b"a", &[0; 8]), entry(2, b"a", b"")].concat(),
        entry(1, b"x", b"me"),
        entry(1, b"", b""),
        entry(2, b"", b"x"),
        entry(2, b"\xff", b"x"),
        entry(3, b"a", &[0; 7]),
        entry(0x83, b"a", &[0; 8]),
        entry(0x43, b"a", &[0; 8]),
        entry(4, b"a", b""),
        entry(0, b"a", b""),
    ];
    for bad in bad {
        assert!(Entries::check(&bad).is_none(), "{bad:?}");
    }
}

/// Whether a name is UTF-8 is asked the standard library, unless a shorter question settles it.
#[test]
fn names_are_utf8_wherever_the_other_characters_stand() {
    for len in 1..=40_usize {
        for at in 0..len {
            for (bytes, good) in [(&b"\xff"[..], false), ("\u{e9}".as_bytes(), true)] {
                let mut name = [b'a'; 42];
                name[at..at + bytes.len()].copy_from_slice(bytes);
                let name = &name[..len.max(at + bytes.len())];
                assert_eq!(is_name(name), good, "{name:?}");
            }
        }
        assert!(is_name(&[b'a'; 40][..len]));
    }
    assert!(!is_name(b"") && !is_name(&[b'a'; 256]));
}
