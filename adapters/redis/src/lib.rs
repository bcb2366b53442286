//! Sessions in Redis or Valkey: one server, one with replicas, or a cluster.
//!
//! ```no_run
//! use getrandom::SysRng;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_redis::RedisStore;
//! use sansession_store::{NoPause, close, open};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // Once: the sessions of a site, and where they are kept.
//!     let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//!     let sessions = Sessions::stored(Config::new(), &keys)?;
//!     let store = RedisStore::connect("redis://127.0.0.1/").await?;
//!
//!     // A request without a cookie, whose handler writes.
//!     let mut slot = Slot::<[u8; 1024]>::new();
//!     let now = Timestamp::from_secs(1_700_000_000);
//!     let mut active = open(&sessions, &store, sessions.begin([], now, slot.erase())).await?;
//!     active.insert_str("colour", "blue")?;
//!     let end = sessions.finish(active, Ending::Answered, now, &mut SysRng)?;
//!     let finished = close(&sessions, &store, &NoPause, end).await;
//!     println!("{}", finished.reply.set_cookie(&sessions).ok_or("no cookie")?);
//!     Ok(())
//! }
//! ```
//!
//! A cluster is named by some of its nodes, and [`Options`] says the rest:
//!
//! ```no_run
//! # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
//! use core::time::Duration;
//! use sansession_redis::Options;
//!
//! let store = Options::new()
//!     .prefix("shop")
//!     .wait_replicas(1, Duration::from_millis(500))
//!     .connect_cluster(["redis://10.0.0.1/", "redis://10.0.0.2/"])
//!     .await?;
//! for concern in store.concerns().await? {
//!     eprintln!("{concern}");
//! }
//! # Ok(()) }
//! ```
//!
//! # What the server must be like
//!
//! Redis 7 or Valkey, with these settings; [`RedisStore::concerns`] asks for them.
//!
//! | setting | without it |
//! |---|---|
//! | `maxmemory-policy noeviction` | a full server removes sessions of users who are logged in; with it, a write is answered as full |
//! | `appendonly yes` | a crash takes the server back to its last snapshot: new sessions are gone, logged-out ones are back |
//! | `appendfsync always` | a power cut undoes the last writes; the default, `everysec`, those of a second |
//!
//! A user of its own needs these rights, where `session` is the [prefix](Options::prefix):
//!
//! ```text
//! ACL SETUSER app on >PASSWORD ~session:* resetchannels -@all +ping +get +set +getrange +setrange +del +pttl +pexpire
//!     +expire +time +zadd +zrem +zrange +zscore +zremrangebyscore +evalsha +eval +wait +config|get +cluster|slots +asking
//! ```
//!
//! # What is stored
//!
//! A session is one string: 31 bytes, then the record. One string takes less room than a hash with fields, is read by
//! one `GET`, and is written together with its time to live by one `SET`; a touch changes six bytes in place. What it
//! says byte by byte stands in `src/value.rs`, and the names of keys in `src/names.rs`. Records are not encrypted.
//!
//! Each session lives for what it has left, as the host sees it, so the clocks of host and server need not agree. The
//! server removes it when that is over and it has [lingered](Options::linger); the core judges deadlines before. A sweep
//! has no records to remove.
//!
//! Whose sessions there are is an index of 256 sorted sets. Nobody's sessions are missing from it: an entry is made
//! before its record is bound, and removed after that is gone. Entries of sessions that the server removed are found by
//! [`sweep`](sansession_store::SendStore::sweep), a part at a time; those of the last five minutes are left alone,
//! because their records may be on their way.
//!
//! # What is asked
//!
//! Each change is one script or command, so it is made completely or not at all, also when a future is dropped or the
//! connection breaks. A command that changes something is never sent twice, unless the server said that it did nothing:
//! it does not know the script, or, in a cluster, has not the key, not yet or no more.
//!
//! | exchange | waits for one server | for a cluster |
//! |---|---|---|
//! | read, or unknown | 1 | 1 |
//! | new | 1 | 1 |
//! | changed, with a new id, or touched | 2 | 2 |
//! | ended | 2; 3 if it was bound | the same |
//! | new and bound | 2 | 2 |
//! | bound by a login | 2 | 3 |
//!
//! # Failover
//!
//! Redis replicates after it has answered. When a master fails, a replica takes its place with what it has, and writes
//! that were answered and not yet passed on are gone: a new session is unknown, a change undone, and **a session that was
//! logged out just then may be back**, until it expires or is ended again. No client can prevent that.
//! [`Options::wait_replicas`] makes it unlikely. In a partition, `min-replicas-to-write` on the server bounds how
//! long a master that was replaced goes on taking writes.
//!
//! Until the replica has taken over, calls fail with kind unavailable or timeout. Then they work again by themselves. With
//! one address that leads to the master (a proxy, or a name that is changed), a connection to a server that has become
//! a replica is given up at the first write that it refuses. Sentinel is not spoken to.
//!
//! # Errors
//!
//! | kind | is |
//! |---|---|
//! | unavailable | refused, broken, loading, or a cluster without a master for the key; also if it takes no writes now |
//! | timeout | no answer in time, or too few replicas: it may have been done |
//! | misconfigured | not let in, not allowed, a replica, a node of a cluster asked as one server; another application's key; a record of a newer release |
//! | corrupt | an answer that makes no sense |
//!
//! No memory left is an answer, [`Created::Full`](sansession_store::Created) or
//! [`Updated::Full`](sansession_store::Updated); destroying works all the same. A touch is then an error, of kind other,
//! and soft. A value that is too short or of no format is found as an empty record, whose verdict is `corrupt`: the
//! visitor gets a new session, and it is left where it is.
//!
//! # Runtime and limits
//!
//! - Calls must be made within a tokio runtime. All share one connection to each server, and it is made again when it
//!   breaks, or when three answers in a row did not come; in a cluster, only when it breaks.
//! - Reads go to masters. Replicas serve failover alone.
//! - TLS: the feature `tls`, and `rediss://` in the address. It is rustls with ring and the system's certificates; a
//!   program that has another provider in it too must choose one with `CryptoProvider::install_default`.
//! - In a cluster, each part of the index lies on one node; so do all sessions if the prefix has braces.
#![deny(missing_docs)]

mod error;

mod options;

mod link;

mod script;

mod ask;

mod value;

mod names;

mod store;

mod index;

mod check;

use core::fmt;
use core::time::Duration;

use crate::ask::Wait;
use crate::index::Walk;
use crate::link::Link;
use crate::names::Names;
use crate::script::Scripts;

pub use crate::check::Concern;
pub use crate::error::{Operation, RedisError};
pub use crate::options::Options;

/// A store on a server or a cluster. See the [crate docs](crate) for what it promises.
pub struct RedisStore {
    link: Link,
    scripts: Scripts,
    names: Names,
    wait: Option<Wait>,
    linger: Duration,
    walk: Walk,
}

impl RedisStore {
    /// Connects to one server with [`Options::new`].
    ///
    /// # Errors
    /// As [`Options::connect`].
    pub async fn connect(server: &str) -> Result<Self, RedisError> {
        Options::new().connect(server).await
    }

    /// Connects to a cluster with [`Options::new`].
    ///
    /// # Errors
    /// As [`Options::connect_cluster`].
    pub async fn connect_cluster(nodes: &[&str]) -> Result<Self, RedisError> {
        Options::new().connect_cluster(nodes.iter().copied()).await
    }

    fn new(link: Link, options: Options) -> Self {
        Self {
            link,
            scripts: Scripts::new(),
            names: Names::new(options.prefix),
            wait: options.wait,
            linger: options.linger,
            walk: Walk::new(),
        }
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}
