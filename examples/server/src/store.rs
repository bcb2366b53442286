//! Opens the store that the flags name, and puts the application on it.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use axum::Router;
use sansession::{Sessions, Stored};
use sansession_file::{FileError, FileStore};
use sansession_memory::MemoryStore;
use sansession_tower::SessionLayer;

use crate::app;
use crate::flags::{Flags, StoreChoice};

/// Sessions that the memory store holds: at most 80 MB of records.
const CAPACITY: usize = 10_000;

/// The application over its store. Only here is the kind of store known.
pub(crate) fn router(flags: &Flags, sessions: Sessions<Stored>) -> Result<Router, Unusable> {
    let insecure_http = flags.insecure_http;
    Ok(match &flags.store {
        StoreChoice::Memory => {
            let store = MemoryStore::new(CAPACITY);
            app::router(SessionLayer::new(sessions, store), insecure_http)
        }
        StoreChoice::File(directory) => {
            let store = FileStore::open(directory).map_err(Unusable::at(directory))?;
            app::router(SessionLayer::new(sessions, store), insecure_http)
        }
    })
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
