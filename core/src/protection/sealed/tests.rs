extern crate std;

use core::convert::Infallible;
use std::vec::Vec;

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::AeadInOut;

use super::*;

/// Counts up.
struct Numbers(u8);

impl rand_core::TryRng for Numbers {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

const KEY: [u8; 32] = *b"\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\
    \x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f";

/// The vector of draft-irtf-cfrg-xchacha-03, A.3.1.
#[test]
fn the_tag_is_that_of_the_draft() {
    let mut text = *b"Ladies and Gentlemen of the class of '99: If I could offer you only one \
        tip for the future, sunscreen would be it.";
    let nonce = core::array::from_fn(|place| 0x40 + u8::try_from(place).unwrap());
    let mut keys = SealedKey(KEY).one_time_keys(&nonce).unwrap();
    keys.stream.try_apply_keystream(&mut text).unwrap();
    assert_eq!(text[..4], [0xbd, 0x6d, 0x17, 0x9d]);
    let additional = *b"\x50\x51\x52\x53\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7";
    let expected = *b"\xc0\x87\x59\x24\xc1\xc7\x98\x79\x47\xde\xaf\xd8\x78\x0a\xcf\x49";
    assert_eq!(tag(keys.mac, &additional, &text), expected);
}

/// The other implementation is the `chacha20poly1305` crate.
#[test]
fn sealed_bodies_are_those_of_another_implementation() {
    let theirs: XChaCha20Poly1305 = chacha20poly1305::KeyInit::new(&KEY.into());
    let ours = SealedKey(KEY);
    for len in (0..200).chain([1023, 1024, 3000]) {
        let plain: Vec<u8> = (0..len).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let (mut body, mut trailer) = (plain.clone(), [0; SealedKey::TRAILER]);
        let Ok(()) = ours.protect([0x14, 7], &mut body, &mut trailer, &mut Numbers(3));
        let mut their_body = plain.clone();
        let nonce: [u8; NONCE] = *trailer.first_chunk().unwrap();
        let tag = theirs
            .encrypt_inout_detached(&nonce.into(), &[0x14, 7], their_body.as_mut_slice().into())
            .unwrap();
        assert_eq!((&body, &trailer[NONCE..]), (&their_body, &tag[..]));
        assert!(ours.open([0x14, 7], &mut body, &trailer));
        assert_eq!(body, plain);
    }
}

/// promise: T2, T3
#[test]
fn every_bit_counts_and_what_is_refused_stays_sealed() {
    let ours = SealedKey(KEY);
    let (mut sealed, mut trailer) = (*b"forty bytes of text, or a little less.", [0; 40]);
    let Ok(()) = ours.protect([0x14, 7], &mut sealed, &mut trailer, &mut Numbers(3));
    let refuses = |head, body: &[u8], trailer: &[u8]| {
        let mut opened = body.to_vec();
        !ours.open(head, &mut opened, trailer) && opened == body
    };
    for bit in 0..8 * 2 {
        let mut head = [0x14, 7];
        head[bit / 8] ^= 1 << (bit % 8);
        assert!(refuses(head, &sealed, &trailer));
    }
    for bit in 0..8 * sealed.len() {
        let mut body = sealed;
        body[bit / 8] ^= 1 << (bit % 8);
        assert!(refuses([0x14, 7], &body, &trailer));
    }
    for bit in 0..8 * trailer.len() {
        let mut trailer = trailer;
        trailer[bit / 8] ^= 1 << (bit % 8);
        assert!(refuses([0x14, 7], &sealed, &trailer));
    }
    for len in 0..trailer.len() {
        assert!(refuses([0x14, 7], &sealed, &trailer[..len]));
    }
    assert!(refuses([0x14, 7], &sealed[1..], &trailer));
}
