//! Whether a server is set up so that it keeps sessions.

use core::fmt;
use std::collections::HashMap;

use redis::{Value, cmd, from_redis_value_ref};

use crate::RedisStore;
use crate::error::{Cause, Operation, RedisError};

/// What in the setup of a server puts sessions at risk.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Concern {
    /// When its memory is full, it removes sessions to make room for others, also of users who are logged in. Set
    /// `maxmemory-policy noeviction`, and it says that it is full.
    Evicts,
    /// It does not log writes, so a crash takes it back to its last snapshot: new sessions are gone, and destroyed ones
    /// are back. Set `appendonly yes`.
    KeepsNoLog,
    /// It answers writes before they are on the disk, so a power cut can undo the last ones; with `appendfsync
    /// everysec`, those of a second. Set `appendfsync always`.
    SyncsLater,
}

impl RedisStore {
    /// Asks the server, or all masters of a cluster, how they are set up; empty if nothing is wrong with it.
    ///
    /// Call it at the start, to log or refuse. Not all hosters let their users ask.
    ///
    /// # Errors
    /// The server cannot be asked, or may not be: that is of kind
    /// [`Misconfigured`](sansession_store::ErrorKind::Misconfigured).
    pub async fn concerns(&self) -> Result<Vec<Concern>, RedisError> {
        let mut command = cmd("CONFIG");
        command.arg("GET").arg(&["maxmemory", "maxmemory-policy", "appendonly", "appendfsync"]);
        let answers = self.link.ask_masters(command).await;
        let mut found = Vec::new();
        for answer in answers.map_err(RedisError::asked(Operation::Check))? {
            found.extend(concerns(&answer)?);
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

fn concerns(answer: &Value) -> Result<Vec<Concern>, RedisError> {
    let settings: HashMap<String, String> = from_redis_value_ref(answer)
        .map_err(|_| RedisError::new(Operation::Check, Cause::Answer))?;
    let is = |name: &str, value: &str| settings.get(name).is_some_and(|found| found == value);
    let mut found = Vec::new();
    if !is("maxmemory", "0") && !is("maxmemory-policy", "noeviction") {
        found.push(Concern::Evicts);
    }
    if !is("appendonly", "yes") {
        found.push(Concern::KeepsNoLog);
    } else if !is("appendfsync", "always") {
        found.push(Concern::SyncsLater);
    }
    Ok(found)
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evicts => "the session server evicts sessions when its memory is full",
            Self::KeepsNoLog => "the session server keeps no log of writes",
            Self::SyncsLater => "the session server answers before a write is on its disk",
        })
    }
}
