//! Connections that calls take turns with.
//!
//! In: a call, and until when it may wait. Out: the same with a connection of its own. It refuses to know what the call
//! does. Whoever waits for a turn occupies no thread, and the first to come is the first to go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout_at;

pub(crate) struct Lane {
    turns: Arc<Semaphore>,
    /// At least as many as there are turns that are taken and have none yet.
    idle: Mutex<Vec<Connection>>,
}

/// The right to one of the connections.
pub(crate) struct Turn(
    #[expect(dead_code, reason = "its drop gives the turn back")] OwnedSemaphorePermit,
);

impl Lane {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        let turns = Arc::new(Semaphore::new(connections.len()));
        Self { turns, idle: Mutex::new(connections) }
    }

    /// Waits for a turn; `None` if there is none until `deadline`.
    pub(crate) async fn turn(&self, deadline: Instant) -> Option<Turn> {
        let permit = Arc::clone(&self.turns).acquire_owned();
        timeout_at(deadline.into(), permit).await.ok()?.ok().map(Turn)
    }

    /// Does `work` with a connection, and then gives the connection back before the turn, also after a panic.
    pub(crate) fn with<T>(&self, _turn: Turn, work: impl FnOnce(&Connection) -> T) -> T {
        let lease = Lease { lane: self, connection: self.idle().pop() };
        work(lease.connection.as_ref().expect("there is one for each turn"))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lease<'a> {
    lane: &'a Lane,
    connection: Option<Connection>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.lane.idle().extend(self.connection.take());
    }
}
