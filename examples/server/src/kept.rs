//! Opens what keeps the sessions, as the flags say: a store, or the cookies.

use std::error::Error;
use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sansession::{Config, KeyRing, Sessions, Stored, Timestamp};
use sansession_file::FileStore;
use sansession_memory::MemoryStore;
use sansession_postgres::NoTls;
use sansession_sqlite::SqliteStore;
use sansession_store::{Cached, SendStore};
use sansession_tower::SessionLayer;

use crate::principals::Principals;
use crate::store_choice::{Place, StoreChoice};

/// Sessions that the memory store holds: at most 80 MB of records.
const CAPACITY: usize = 10_000;

/// For this long a copy in memory may be an answer, after another process has changed the session.
const MAX_AGE: Duration = Duration::from_secs(5);

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

/// The session layer over what `choice` names; on a server, under the name of the `site`.
pub(crate) async fn open(
    choice: &StoreChoice,
    site: &str,
    config: Config,
    keys: &KeyRing,
) -> Result<(Kept, SessionLayer), Box<dyn Error>> {
    match choice {
        StoreChoice::Stored { place, cached } => {
            let keeper = Keeper { sessions: Sessions::stored(config, keys)?, cached: *cached };
            keeper.at(place, site).await
        }
        StoreChoice::Cookie => {
            let sessions = Sessions::carried(config, keys)?;
            Ok((Kept::Carried(InCookies::Signed), SessionLayer::carried(sessions)))
        }
        StoreChoice::SealedCookie => {
            let sessions = Sessions::sealed(config, keys)?;
            Ok((Kept::Carried(InCookies::Sealed), SessionLayer::carried(sessions)))
        }
    }
}

/// Sessions that are to be kept in a store.
struct Keeper {
    sessions: Sessions<Stored>,
    /// Whether copies are kept in memory.
    cached: bool,
}

impl Keeper {
    async fn at(self, place: &Place, site: &str) -> Result<(Kept, SessionLayer), Box<dyn Error>> {
        let refused = |source| Unusable { place: place.to_string(), source };
        Ok(match place {
            Place::Memory => self.over(MemoryStore::new(CAPACITY)),
            Place::Directory(directory) => {
                self.over(FileStore::open(directory).map_err(Box::from).map_err(refused)?)
            }
            Place::Sqlite(file) => {
                if let Some(directory) = file.parent() {
                    fs::create_dir_all(directory).map_err(Box::from).map_err(refused)?;
                }
                self.over(SqliteStore::open(file).map_err(Box::from).map_err(refused)?)
            }
            Place::Postgres(url) => {
                let store =
                    sansession_postgres::Options::new().table(site).connect(url, NoTls).await;
                self.over(store.map_err(Box::from).map_err(refused)?)
            }
            Place::Redis(url) => {
                let store =
                    sansession_redis::Options::new().prefix(site).connect(url.as_str()).await;
                self.over(store.map_err(Box::from).map_err(refused)?)
            }
            Place::RedisCluster(nodes) => {
                let options = sansession_redis::Options::new().prefix(site);
                let store = options.connect_cluster(nodes.iter().map(String::as_str)).await;
                self.over(store.map_err(Box::from).map_err(refused)?)
            }
        })
    }

    fn over<S: SendStore + 'static>(self, store: S) -> (Kept, SessionLayer) {
        if self.cached {
            let start = Instant::now();
            let clock = move || Timestamp::ZERO.after(start.elapsed());
            let cached = Cached::new(MemoryStore::new(CAPACITY), store, MAX_AGE, clock);
            layer(self.sessions, cached)
        } else {
            layer(self.sessions, store)
        }
    }
}

fn layer<S: SendStore + 'static>(sessions: Sessions<Stored>, store: S) -> (Kept, SessionLayer) {
    let store = Arc::new(store);
    (Kept::Stored(Arc::clone(&store) as Arc<_>), SessionLayer::new(sessions, store))
}

/// A place that sessions cannot be kept in.
#[derive(Debug)]
pub(crate) struct Unusable {
    place: String,
    source: Box<dyn Error>,
}

/// With all causes: the last are the operating system's, or the database's, own words.
impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sessions cannot be kept in {}", self.place)?;
        let mut cause = Some(&*self.source);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Unusable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
