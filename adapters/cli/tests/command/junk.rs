//! Any bytes: rejected, and never a panic.

use crate::harness::{ID, NOW, SEALED, SIGNED, Scratch, fed, record};

/// `SplitMix64`, so that every run has the same junk.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("a limit")).expect("below it")
    }

    fn bytes(&mut self) -> Vec<u8> {
        let len = self.below(300);
        (0..len).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// A good input with a few bytes changed, cut or added.
    fn mutated(&mut self) -> Vec<u8> {
        let good = [ID.as_bytes(), SIGNED.as_bytes(), SEALED.as_bytes(), &record()];
        let mut bytes = good[self.below(4)].to_vec();
        for _ in 0..=self.below(3) {
            let place = self.below(bytes.len());
            let byte = self.next().to_le_bytes()[0];
            match self.below(3) {
                0 => bytes[place] ^= byte | 1,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        bytes
    }
}

/// promise: T9
#[test]
fn random_bytes_are_rejected() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let mut numbers = Numbers(4);
    for round in 0..60 {
        let junk = numbers.bytes();
        let inspect = ["inspect", "--keys", &keys, "--now", NOW, "--as"];
        for kind in ["auto", "value", "header", "record"] {
            fed(&[&inspect[..], &[kind, "--values"]].concat(), &junk).expect(1);
        }
        let header = [b"__Host-session=".as_slice(), &junk, b"; a=1"].concat();
        fed(&["inspect", "--json", "--as", "header", "--keys", &keys], &header).expect(1);
        fed(&["parse", "--json", "--values"], &junk).expect(1);
        let said = fed(&["parse", "--json", "--values"], &header).expect(0);
        assert!(said.json()["candidates"].is_array(), "{round}");
    }
}

/// promise: T3, T9
#[test]
fn damaged_tokens_and_records_never_panic_and_no_token_verifies() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let mut numbers = Numbers(5);
    for _ in 0..200 {
        let damaged = numbers.mutated();
        let said = fed(&["inspect", "--json", "--keys", &keys, "--now", NOW], &damaged);
        // A byte added to a record's hash or time can leave a record; one of white space around a token is none of it.
        let code = said.code.expect("no signal");
        assert!([0, 1, 3].contains(&code) && !said.err.contains("panicked"), "{said:?}");
        if code != 1 {
            let whole = [ID, SIGNED, SEALED].iter().any(|it| damaged.trim_ascii() == it.as_bytes());
            assert!(said.json()["input"] == "record" || whole, "{damaged:?} {said:?}");
        }
    }
}
