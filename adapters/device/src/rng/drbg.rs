//! `HMAC_DRBG` over SHA-256: NIST SP 800-90A, revision 1, section 10.1.2, with its sentences beside the lines.
//!
//! In: seed material in parts. Out: bytes. It refuses to know where seeds come from. There is no reseed counter: every
//! request is preceded by a reseed.

use zeroize::Zeroize;

use crate::mac::{LEN, hmac};

/// The state. Wiped on drop.
pub(super) struct Drbg {
    key: [u8; LEN],
    value: [u8; LEN],
}

impl Drbg {
    /// Section 10.1.2.3.
    pub(super) fn instantiate(seed_material: &[&[u8]]) -> Self {
        // "Key = 0x00 00...00", "V = 0x01 01...01".
        let mut drbg = Self { key: [0; LEN], value: [1; LEN] };
        // "(Key, V) = HMAC_DRBG_Update (seed_material, Key, V)".
        drbg.update(seed_material);
        drbg
    }

    /// Section 10.1.2.4: "`seed_material = entropy_input || additional_input`".
    pub(super) fn reseed(&mut self, seed_material: &[&[u8]]) {
        self.update(seed_material);
    }

    /// Section 10.1.2.5, without additional input: it went into the reseed.
    pub(super) fn generate(&mut self, bytes: &mut [u8]) {
        // "While (len (temp) < requested_number_of_bits) do: V = HMAC (Key, V). temp = temp || V."
        for part in bytes.chunks_mut(LEN) {
            self.value = hmac(&self.key, [&self.value[..]]);
            part.iter_mut().zip(&self.value).for_each(|(to, from)| *to = *from);
        }
        // "(Key, V) = HMAC_DRBG_Update (additional_input, Key, V)".
        self.update(&[]);
    }

    /// Section 10.1.2.2.
    fn update(&mut self, provided_data: &[&[u8]]) {
        // "K = HMAC (K, V || 0x00 || provided_data)", "V = HMAC (K, V)".
        self.mix(0, provided_data);
        // "If (provided_data = Null), then return K and V."
        if provided_data.iter().all(|part| part.is_empty()) {
            return;
        }
        // "K = HMAC (K, V || 0x01 || provided_data)", "V = HMAC (K, V)".
        self.mix(1, provided_data);
    }

    fn mix(&mut self, round: u8, provided_data: &[&[u8]]) {
        let round = [round];
        let parts = [&self.value[..], &round].into_iter().chain(provided_data.iter().copied());
        self.key = hmac(&self.key, parts);
        self.value = hmac(&self.key, [&self.value[..]]);
    }
}

impl Drop for Drbg {
    fn drop(&mut self) {
        self.key.zeroize();
        self.value.zeroize();
    }
}

#[cfg(test)]
mod tests;
