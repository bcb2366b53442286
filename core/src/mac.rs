//! HMAC-SHA256 (RFC 2104), with the key absorbed beforehand.
//!
//! In: a key, then messages in parts. Out: tags, or whether one is right. It refuses to know what is signed. The tests
//! hold it to the vectors of RFC 4231 and to the `hmac` crate.

use crate::bytes::{equal, wipe};
use crate::hash::{BLOCK, State, finish, finish_short};

/// A keyed HMAC-SHA256: a tag over n bytes costs ceil((n + 9) / 64) + 1 compressions. Wiped on drop, as its states are.
pub(crate) struct Keyed {
    inner: State,
    outer: State,
}

impl Keyed {
    pub(crate) fn new(key: &[u8]) -> Self {
        // RFC 2104, 2: "The authentication key K can be of any length up to B [...]. Applications that use keys longer
        // than B bytes will first hash the key using H".
        let mut hashed = [0; 32];
        let key = if key.len() > BLOCK {
            hashed = finish(State::start(), 0, &[key]);
            &hashed
        } else {
            key
        };
        // "(1) append zeros to the end of K to create a B byte string"
        let mut padded = [0; BLOCK];
        for (place, byte) in padded.iter_mut().zip(key) {
            *place = *byte;
        }
        // "ipad = the byte 0x36 repeated B times, opad = the byte 0x5C repeated B times"
        let keyed = Self { inner: absorbed(&padded, 0x36), outer: absorbed(&padded, 0x5c) };
        wipe(&mut padded);
        wipe(&mut hashed);
        keyed
    }

    /// "To compute HMAC over the data `text` we perform H(K XOR opad, H(K XOR ipad, text))".
    pub(crate) fn tag(&self, message: &[&[u8]]) -> [u8; 32] {
        let inner = finish(self.inner.clone(), 1, message);
        finish_short(self.outer.clone(), 1, [&inner])
    }

    /// Compares in constant time, all 32 bytes.
    pub(crate) fn verifies(&self, message: &[&[u8]], tag: &[u8; 32]) -> bool {
        let mut right = self.tag(message);
        let same = equal(&right, tag);
        // Of a message that was not ours, it is what would have been accepted.
        wipe(&mut right);
        same
    }
}

/// SHA-256 behind the block "K XOR pad".
fn absorbed(key: &[u8; BLOCK], pad: u8) -> State {
    let mut block = key.map(|byte| byte ^ pad);
    let mut state = State::start();
    state.compress(&[block]);
    wipe(&mut block);
    state
}

#[cfg(test)]
mod tests;
