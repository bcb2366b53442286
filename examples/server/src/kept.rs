//! Opens what keeps the sessions, as the flags say: a store, or the cookies.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sansession::{Config, ConfigError, KeyRing, Sessions};
use sansession_file::{FileError, FileStore};
use sansession_memory::MemoryStore;
use sansession_store::SendStore;
use sansession_tower::SessionLayer;

use crate::flags::StoreChoice;
use crate::principals::Principals;

/// Sessions that the memory store holds: at most 80 MB of records.
const CAPACITY: usize = 10_000;

/// What keeps the sessions.
pub(crate) enum Kept {
    Stored(Arc<dyn Principals>),
    Carried(InCookies),
}

/// Each cookie carries its session: nobody knows which others a user has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum InCookies {
    Signed,
    Sealed,
}

/// The session layer over what `choice` names.
pub(crate) fn open(
    choice: &StoreChoice,
    config: Config,
    keys: &KeyRing,
) -> Result<(Kept, SessionLayer), Box<dyn Error>> {
    Ok(match choice {
        StoreChoice::Memory => stored(MemoryStore::new(CAPACITY), config, keys)?,
        StoreChoice::File(directory) => {
            let store = FileStore::open(directory).map_err(Unusable::at(directory))?;
            stored(store, config, keys)?
        }
        StoreChoice::Cookie => {
            let sessions = Sessions::carried(config, keys)?;
            (Kept::Carried(InCookies::Signed), SessionLayer::carried(sessions))
        }
        StoreChoice::SealedCookie => {
            let sessions = Sessions::sealed(config, keys)?;
            (Kept::Carried(InCookies::Sealed), SessionLayer::carried(sessions))
        }
    })
}

fn stored<S: SendStore + 'static>(
    store: S,
    config: Config,
    keys: &KeyRing,
) -> Result<(Kept, SessionLayer), ConfigError> {
    let (sessions, store) = (Sessions::stored(config, keys)?, Arc::new(store));
    Ok((Kept::Stored(Arc::clone(&store) as Arc<_>), SessionLayer::new(sessions, store)))
}

/// A directory that sessions cannot be kept in.
#[derive(Debug)]
pub(crate) struct Unusable {
    directory: PathBuf,
    source: FileError,
}

impl Unusable {
    fn at(directory: &Path) -> impl FnOnce(FileError) -> Self {
        move |source| Self { directory: directory.to_owned(), source }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sessions cannot be kept in {}", self.directory.display())?;
        // The operating system's own words.
        self.source.source().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl Error for Unusable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
