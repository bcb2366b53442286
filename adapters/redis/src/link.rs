//! The way to the server: one connection that many calls share, or one to each node of a cluster.
//!
//! In: commands. Out: what the server says to each. Commands that change something are sent again only when the server
//! said that it did nothing, never when an answer is missing. It refuses to know what the commands are about.

mod cluster;

mod single;

use redis::{Cmd, Pipeline, RedisResult, Value};

pub(crate) use cluster::Cluster;
pub(crate) use single::Single;

pub(crate) enum Link {
    Single(Box<Single>),
    Cluster(Cluster),
}

/// What to do when a connection breaks before the answer has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum IfBroken {
    /// Commands that change something may have been carried out.
    Fail,
    /// Commands that only read can be sent again: a connection that broke while nobody used it costs no request.
    AskAgain,
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
    pub(crate) async fn ask(
        &self,
        commands: &Pipeline,
        if_broken: IfBroken,
    ) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Single(single) => single.ask(commands, if_broken).await,
            Self::Cluster(cluster) => cluster.ask(commands, if_broken).await,
        }
    }

    /// Asks all that take writes the same.
    pub(crate) async fn ask_masters(&self, command: Cmd) -> Result<Vec<Value>, Failure> {
        match self {
            Self::Single(single) => {
                let mut commands = Pipeline::with_capacity(1);
                commands.add_command(command);
                single.ask(&commands, IfBroken::AskAgain).await
            }
            Self::Cluster(cluster) => cluster.ask_masters(command).await,
        }
    }

    /// Whether keys lie on different servers.
    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }
}

/// Whether the connection was lost. After a time-out it is still there.
fn is_broken(error: &redis::RedisError) -> bool {
    error.is_io_error() && !error.is_timeout()
}

/// Errors that stand among the answers are errors.
fn without_errors(values: RedisResult<Vec<Value>>) -> RedisResult<Vec<Value>> {
    values?.into_iter().map(Value::extract_error).collect()
}
