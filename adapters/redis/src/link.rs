//! The way to the server: one connection that many calls share, or one to each node of a cluster.
//!
//! In: commands. Out: what the server says to each. It asks again on its own only when the server said that it did
//! nothing, never when an answer is missing. It refuses to know what the commands are about.

mod cluster;

mod single;

use redis::{Pipeline, RedisResult, Value};

pub(crate) use cluster::Cluster;
pub(crate) use single::Single;

pub(crate) enum Link {
    Single(Single),
    Cluster(Cluster),
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection, so nothing was sent.
    Connecting(redis::RedisError),
    /// The nodes of a cluster do not agree who is to do it, or none is there, so nothing was done.
    Unsettled(redis::RedisError),
    /// It may have been done.
    Asking(redis::RedisError),
}

impl Link {
    /// Sends commands, which all have keys of one slot or none. An error that the server answers to any of them is the
    /// failure, though the others were carried out.
    pub(crate) async fn ask(&self, commands: &Pipeline) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Single(single) => single.ask(commands).await,
            Self::Cluster(cluster) => cluster.ask(commands).await,
        }
    }

    /// Whether keys lie on different servers.
    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }
}

/// Errors that stand among the answers are errors.
fn without_errors(values: RedisResult<Vec<Value>>) -> RedisResult<Vec<Value>> {
    values?.into_iter().map(Value::extract_error).collect()
}
