use hmac::{Hmac, KeyInit, Mac};

use super::*;
use crate::hash::counted::compressions;

/// RFC 4231, test cases 1 to 4, 6 and 7 (5 is of a truncated tag): key, message, tag.
#[test]
fn tags_are_those_of_rfc_4231() {
    let counting: [u8; 25] = core::array::from_fn(|at| u8::try_from(at + 1).unwrap());
    let cases: [(&[u8], &[u8], &str); 6] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            &counting,
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &[0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, message, tag) in cases {
        assert_eq!(Keyed::new(key).tag(&[message]), hex(tag));
    }
}

/// The other implementation is the `hmac` crate.
#[test]
fn tags_are_those_of_another_implementation() {
    let bytes: [u8; 300] = core::array::from_fn(|at| u8::try_from(at * 11 % 241).unwrap());
    for key in [0, 1, 32, 63, 64, 65, 128, 300] {
        let keyed = Keyed::new(&bytes[..key]);
        for len in 0..=300 {
            let message = &bytes[..len];
            let mut theirs = Hmac::<sha2::Sha256>::new_from_slice(&bytes[..key]).unwrap();
            theirs.update(message);
            let theirs: [u8; 32] = theirs.finalize().into_bytes().into();
            let (head, body) = message.split_at(len.min(2));
            assert_eq!(keyed.tag(&[head, body]), theirs, "key of {key}, message of {len}");
        }
    }
}

/// promise: T2
#[test]
fn a_tag_with_any_bit_changed_is_refused() {
    let keyed = Keyed::new(b"key");
    let tag = keyed.tag(&[b"message"]);
    assert!(keyed.verifies(&[b"mess", b"age"], &tag));
    for bit in 0..256 {
        let mut other = tag;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!keyed.verifies(&[b"message"], &other), "bit {bit}");
    }
}

/// ceil((n + 9) / 64) + 1 compressions for n bytes: RFC 2104 with both key blocks absorbed beforehand.
#[test]
fn a_tag_costs_the_least_compressions_there_are() {
    let keyed = Keyed::new(b"key");
    for len in 0..400_usize {
        let message = [0xa5; 400];
        let (tag, tagging) = compressions(|| keyed.tag(&[&message[..len]]));
        let (good, verifying) = compressions(|| keyed.verifies(&[&message[..len]], &tag));
        assert!(good);
        let least = (len + 9).div_ceil(64) + 1;
        assert_eq!((tagging, verifying), (least, least), "{len} bytes");
    }
}

fn hex(text: &str) -> [u8; 32] {
    core::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}
