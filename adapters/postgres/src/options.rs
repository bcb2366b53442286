//! What a host may choose, with defaults that fit most.

use core::num::NonZeroUsize;
use core::time::Duration;

use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};

use crate::{PostgresError, PostgresStore};

/// The longest time-out: any time from now is one then, for the server too.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How a store connects. All nodes of a fleet should choose the same table.
#[derive(Clone, Debug)]
#[must_use = "options connect nothing by themselves"]
pub struct Options {
    pub(crate) schema: Option<String>,
    pub(crate) table: String,
    pub(crate) connections: NonZeroUsize,
    pub(crate) timeout: Duration,
    pub(crate) migrates: bool,
    pub(crate) unlogged: bool,
    pub(crate) prepares: bool,
}

impl Options {
    /// A table `sansession`, made if it is not there, where the connection's `search_path` leads; 10 connections; 5
    /// seconds for a call.
    pub fn new() -> Self {
        const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(10).expect("it is not zero");
        Self {
            schema: None,
            table: "sansession".to_owned(),
            connections: CONNECTIONS,
            timeout: Duration::from_secs(5),
            migrates: true,
            unlogged: false,
            prepares: true,
        }
    }

    /// The name of the table: 1 to 48 ASCII letters, digits and underscores, not a digit at first. Its version is kept
    /// in a second one, with `_version` behind the name.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = name.into();
        self
    }

    /// The schema of the table, by the same rule for its name. It must be there.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// How many connections there are at most. They are made when they are needed, and kept.
    pub fn connections(mut self, connections: NonZeroUsize) -> Self {
        self.connections = connections;
        self
    }

    /// How long a call may take, in all: waiting for a connection, making one, and the answer. After that it fails with
    /// [`Timeout`](sansession_store::ErrorKind::Timeout). The server is told the same as its `statement_timeout`, so
    /// that it does not go on for nobody. A millisecond at least, a day at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.clamp(Duration::from_millis(1), DAY);
        self
    }

    /// Makes and changes no table: it must be there, of this release. For hosts whose role may not; somebody else calls
    /// [`PostgresStore::connect`] once with a role that may.
    pub fn no_migration(mut self) -> Self {
        self.migrates = false;
        self
    }

    /// Lets the table be `UNLOGGED`: writing is cheaper, and after a crash of the server it is empty. All sessions are
    /// gone then, as they are on a standby that takes over. It decides how a table is made; one that is there stays.
    pub fn unlogged(mut self) -> Self {
        self.unlogged = true;
        self
    }

    /// Prepares no statements: each is sent whole and planned each time, still in one round trip. For poolers between
    /// host and server that hand a connection on after each transaction and do not follow prepared statements.
    pub fn unprepared(mut self) -> Self {
        self.prepares = false;
        self
    }

    /// Connects with a URL, or `key=value` pairs, as <https://www.postgresql.org/docs/current/libpq-connect.html> says
    /// (those that `tokio-postgres` knows), and sets up the table. One connection is made at once, so that a mistake
    /// shows.
    ///
    /// `tls` is [`NoTls`](crate::NoTls), or a connector of a crate such as `tokio-postgres-rustls`; whether it is used
    /// is `sslmode` in the URL.
    ///
    /// # Errors
    /// The URL or a name makes no sense; the server is not there, does not answer in time, does not let us in, or takes
    /// no writes; the table is another's or a newer release's, or cannot be made.
    pub async fn connect<T>(self, url: &str, tls: T) -> Result<PostgresStore, PostgresError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        PostgresStore::connect_with(self, url, tls).await
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
