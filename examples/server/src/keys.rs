//! The keys that cookies are signed with, made on the first start.

use std::path::Path;

use sansession::KeyRing;
use sansession_keyfile::{KeyFile, KeyFileError};

/// Reads the keys from `path`. If there is no such file, it is made with one random key, for its owner only.
///
/// # Errors
/// [`KeyFileError`]; a file that is there is never changed.
pub(crate) fn read_or_create(path: &Path) -> Result<KeyRing, KeyFileError> {
    let KeyFile { keys, open_to_others, .. } = sansession_keyfile::read_or_create(path)?;
    if let Some(mode) = open_to_others {
        let path = path.display();
        eprintln!("warning: others may read the key file {path} (mode {mode:03o}): chmod 600 it");
    }
    Ok(keys)
}
