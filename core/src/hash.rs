//! SHA-256 of a few short parts (FIPS 180-4), straight over the compression function of `sha2`.
//!
//! In: the state that is behind the message's first blocks, and the rest of the message, in parts. Out: the hash. The
//! general interface of a hash buffers what comes in and may be asked for more at any time, and pays for both with each
//! message; here a message is whole when it comes. `mac.rs` makes HMAC of it. What it leaves behind is wiped.

use sha2::block_api::compress256;

use crate::bytes::{Writer, copy, truncate, wipe};

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// FIPS 180-4, 5.3.3: "the first thirty-two bits of the fractional parts of the square roots of the first eight prime
/// numbers".
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 behind some whole blocks. Wiped on drop: behind a key it is as good as the key.
#[derive(Clone)]
pub(crate) struct State([u32; 8]);

impl State {
    /// Before any block.
    pub(crate) const fn start() -> Self {
        Self(START)
    }

    pub(crate) fn compress(&mut self, blocks: &[[u8; BLOCK]]) {
        #[cfg(test)]
        counted::count(blocks.len());
        compress256(&mut self.0, blocks);
    }

    fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.0) {
            *place = word.to_be_bytes();
        }
        bytes
    }
}

impl Drop for State {
    fn drop(&mut self) {
        self.0 = [0; 8];
        zeroize::optimization_barrier(&self.0);
    }
}

/// Hashes a message: `blocks` of it are in `state` already, `parts` are the rest.
pub(crate) fn finish(mut state: State, blocks: usize, parts: &[&[u8]]) -> [u8; 32] {
    let mut bytes = blocks.wrapping_mul(BLOCK);
    let (mut block, mut filled) = ([0; BLOCK], 0_usize);
    for part in parts {
        bytes = bytes.wrapping_add(part.len());
        let mut rest = *part;
        if let Some((head, tail)) = rest.split_at_checked(BLOCK.wrapping_sub(filled)) {
            copy(block.get_mut(filled..).unwrap_or_default(), head);
            state.compress(&[block]);
            let (whole, tail) = tail.as_chunks();
            state.compress(whole);
            (rest, filled) = (tail, 0);
        }
        let end = filled.wrapping_add(rest.len());
        copy(block.get_mut(filled..end).unwrap_or_default(), rest);
        filled = end;
    }
    // FIPS 180-4, 5.1.1: "Append the bit "1" to the end of the message, followed by k zero bits [...]. Then append the
    // 64-bit block that is equal to the number l expressed using a binary representation", l being the length in bits.
    if let Some((one, zeros)) = block.get_mut(filled..).and_then(<[u8]>::split_first_mut) {
        *one = 0x80;
        zeros.fill(0);
    }
    if filled >= LENGTH {
        state.compress(&[block]);
        block = [0; BLOCK];
    }
    if let Some(length) = block.last_chunk_mut() {
        *length = bits(bytes);
    }
    state.compress(&[block]);
    wipe(&mut block);
    state.to_bytes()
}

/// The length of a message as it closes it.
fn bits(bytes: usize) -> [u8; 8] {
    u64::try_from(bytes).unwrap_or_default().wrapping_mul(8).to_be_bytes()
}

/// Where the length stands in the last block.
const LENGTH: usize = 56;

/// [`finish`] for parts whose lengths are known where it is called, 55 bytes in all at most: one block, no loop.
#[inline]
pub(crate) fn finish_short<const N: usize>(
    mut state: State,
    blocks: usize,
    parts: [&[u8]; N],
) -> [u8; 32] {
    let mut block = [0; BLOCK];
    let mut rest = Writer(&mut block);
    for part in parts {
        rest.put(part);
    }
    rest.put(&[0x80]);
    let bytes =
        parts.iter().fold(blocks.wrapping_mul(BLOCK), |sum, part| sum.wrapping_add(part.len()));
    if let Some(length) = block.last_chunk_mut() {
        *length = bits(bytes);
    }
    state.compress(&[block]);
    wipe(&mut block);
    state.to_bytes()
}

/// Hashes a label and parts of fixed length, for what stores are keyed by and what they keep in place of secrets; cut to
/// 128 bits, as strong as the 128-bit random inputs that it hides.
///
/// The labels keep the uses apart, and there is no key: a signing key can be changed without losing a record. Every
/// input is one padded block, so every hash is one compression.
#[inline]
pub(crate) fn labelled<const N: usize>(label_and_parts: [&[u8]; N]) -> [u8; 16] {
    truncate(&finish_short(State::start(), 0, label_and_parts))
}

#[cfg(test)]
pub(crate) mod counted;
#[cfg(test)]
mod tests;
