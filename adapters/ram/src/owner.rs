//! Whose a session is, in few bytes.
//!
//! In: a principal's name of any length. Out: something of fixed size to compare. It refuses to know the name.

use sha2::{Digest, Sha256};

/// Bytes of a name's hash. Two names with the same ones are a listing's matter, not a secret's.
const TAG: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The session is anonymous.
    Nobody,
    Principal([u8; TAG]),
}

impl Owner {
    pub(crate) fn of(principal: Option<&str>) -> Self {
        principal.map_or(Self::Nobody, Self::principal)
    }

    pub(crate) fn principal(name: &str) -> Self {
        let mut tag = [0; TAG];
        tag.iter_mut().zip(Sha256::digest(name)).for_each(|(to, from)| *to = from);
        Self::Principal(tag)
    }
}
