//! How to reach a server.

use core::time::Duration;

use redis::{ConnectionInfo, IntoConnectionInfo};

use crate::RedisStore;
use crate::ask::{Wait, one};
use crate::error::{Cause, Operation, RedisError};
use crate::link::{Cluster, IfBroken, Link, Single};

/// How a [`RedisStore`] reaches its server, and what it asks of it.
#[derive(Clone, Debug)]
#[must_use = "it does nothing until it connects"]
pub struct Options {
    pub(crate) prefix: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
    pub(crate) wait: Option<Wait>,
    pub(crate) linger: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Options {
    /// Keys begin with `session:`; a connection may take a second and an answer a second; replicas are not waited for;
    /// a session lingers for a minute.
    pub fn new() -> Self {
        Self {
            prefix: "session".into(),
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_secs(1),
            wait: None,
            linger: Duration::from_secs(60),
        }
    }

    /// What all keys begin with, before a colon: one prefix for each site on the server.
    ///
    /// A prefix with braces puts all of it on one node of a cluster.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long making a connection may take.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an answer may take. In a cluster, that is also for how long a command is sent again while the nodes
    /// say that they cannot do it yet: after a master has failed, longer than its replica takes to replace it makes
    /// requests wait instead of failing.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Answers a write when `replicas` replicas have it too, for which it waits up to `timeout`; otherwise the call is
    /// an error of kind [`Timeout`](sansession_store::ErrorKind::Timeout), though the write was made.
    ///
    /// It costs the way to the replicas and back, at every write but a touch, and calls that share the connection wait
    /// too. It makes the loss of an answered write in a failover unlikely, not impossible: the replica that takes over
    /// may be another.
    pub fn wait_replicas(mut self, replicas: u32, timeout: Duration) -> Self {
        self.wait = Some(Wait { replicas, timeout });
        self
    }

    /// For how long the server keeps a session beyond its end, rounded down to milliseconds.
    ///
    /// The core judges when it has ended. Who comes a little late is then told that the session has expired, and not that
    /// it is unknown; and a request that began in time can still put the end off.
    pub fn linger(mut self, time: Duration) -> Self {
        self.linger = time;
        self
    }

    /// Connects to one server, or to what stands for one: `"redis://user:password@host:6379/0"`.
    ///
    /// # Errors
    /// The address makes no sense, nobody is there, or who is there does not let us in. Later on, a store makes its
    /// connections again by itself.
    pub async fn connect(self, server: impl IntoConnectionInfo) -> Result<RedisStore, RedisError> {
        let server = server.into_connection_info().map_err(not_connected)?;
        let link = self.single(server).map_err(not_connected)?;
        link.ask(&one(redis::cmd("PING")), IfBroken::AskAgain)
            .await
            .map_err(RedisError::asked(Operation::Connect))?;
        Ok(RedisStore::new(link, self))
    }

    /// Connects to a cluster, of which some nodes are named.
    ///
    /// # Errors
    /// As [`connect`](Self::connect); one node that is there is enough.
    pub async fn connect_cluster<Node: IntoConnectionInfo>(
        self,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Result<RedisStore, RedisError> {
        let nodes: Result<Vec<ConnectionInfo>, _> =
            nodes.into_iter().map(IntoConnectionInfo::into_connection_info).collect();
        let nodes = nodes.map_err(not_connected)?;
        let connected =
            Cluster::connect(nodes.clone(), self.connect_timeout, self.longest_answer()).await;
        match connected {
            Ok(cluster) => Ok(RedisStore::new(Link::Cluster(cluster), self)),
            Err(error) => Err(self.why_not(nodes, error).await),
        }
    }

    fn single(&self, server: ConnectionInfo) -> redis::RedisResult<Link> {
        Single::new(server, self.connect_timeout, self.longest_answer())
            .map(|single| Link::Single(Box::new(single)))
    }

    /// An answer may come after replicas were waited for.
    fn longest_answer(&self) -> Duration {
        self.response_timeout + self.wait.map_or(Duration::ZERO, |wait| wait.timeout)
    }

    /// A cluster that lets nobody in looks like one that is not there, so its nodes are asked one by one.
    async fn why_not(&self, nodes: Vec<ConnectionInfo>, error: redis::RedisError) -> RedisError {
        for node in nodes {
            let Ok(link) = self.single(node) else { continue };
            let asked =
                link.ask(&one(redis::cmd("CLUSTER").arg("SLOTS").clone()), IfBroken::Fail).await;
            if let Err(failure) = asked {
                let found = RedisError::asked(Operation::Connect)(failure);
                if found.is_lasting() {
                    return found;
                }
            }
        }
        not_connected(error)
    }
}

fn not_connected(error: redis::RedisError) -> RedisError {
    RedisError::new(Operation::Connect, Cause::Client(error))
}
