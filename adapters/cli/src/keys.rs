//! The key file of a command.

use std::path::Path;

use sansession::KeyRing;
use sansession_keyfile::KeyFile;

use crate::failure::Failure;
use crate::output::complain;

/// Reads a key file, and warns if others may read it too.
pub(crate) fn read(path: &Path) -> Result<KeyRing, Failure> {
    let KeyFile { keys, open_to_others, .. } =
        sansession_keyfile::read(path).map_err(Failure::Keys)?;
    if let Some(mode) = open_to_others {
        let path = path.display();
        complain(&format_args!(
            "warning: others may read the key file {path} (mode {mode:03o}): chmod 600 it"
        ));
    }
    Ok(keys)
}
