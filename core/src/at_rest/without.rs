//! At rest, in a build that seals nothing: there is no configuration that asks for it.

use crate::keys::Keys;
use crate::slot::Slot;
use crate::token::IdKey;

/// A record that was opened.
pub(crate) struct Unsealed {
    pub(crate) entries: usize,
    pub(crate) has_flash: bool,
    pub(crate) old_key: bool,
}

#[expect(clippy::unused_self, reason = "as in a build that seals")]
impl Slot {
    pub(crate) const fn seal(&mut self, _: &Keys<IdKey>) -> Option<()> {
        None
    }

    pub(crate) const fn unseal(&mut self, _: &Keys<IdKey>, _: usize, _: usize) -> Option<Unsealed> {
        None
    }
}
