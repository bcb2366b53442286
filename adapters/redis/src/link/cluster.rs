//! A cluster: the client library knows the nodes, and which of them has what.
//!
//! Its own retries are off, because it would repeat commands whose answers were lost. What is asked again here is what
//! the servers said they did not do.

use core::time::Duration;

use redis::aio::ConnectionLike as _;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::{
    Cmd, ConnectionInfo, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value, cmd,
};
use tokio::time::{Instant, sleep};

use super::single::tcp_settings;
use super::{Failure, IfBroken, is_broken, without_errors};

/// Between two tries, at first.
const PAUSE: Duration = Duration::from_millis(10);

/// Between two tries, at most.
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

pub(crate) struct Cluster {
    connection: ClusterConnection,
    /// For how long it is asked again.
    patience: Duration,
}

impl Cluster {
    pub(crate) async fn connect(
        nodes: Vec<ConnectionInfo>,
        connect_timeout: Duration,
        response_timeout: Duration,
    ) -> RedisResult<Self> {
        let client: ClusterClient = ClusterClientBuilder::new(nodes)
            .retries(0)
            .connection_timeout(connect_timeout)
            .response_timeout(response_timeout)
            .tcp_settings(tcp_settings(connect_timeout + response_timeout))
            .build()?;
        let connection = client.get_async_connection().await?;
        Ok(Self { connection, patience: response_timeout })
    }

    pub(crate) async fn ask(
        &self,
        commands: &Pipeline,
        if_broken: IfBroken,
    ) -> Result<Vec<Value>, Failure> {
        let mut connection = self.connection.clone();
        let end = Instant::now() + self.patience;
        let mut pause = PAUSE;
        loop {
            let answered = connection.req_packed_commands(commands, 0, commands.len()).await;
            let mut error = match without_errors(answered) {
                Err(error) if nothing_was_done(&error) => error,
                Err(error) if if_broken == IfBroken::AskAgain && is_broken(&error) => error,
                answered => return answered.map_err(Failure::Asking),
            };
            if let Some(node) = new_owner(&error) {
                match ask_new_owner(&mut connection, commands, node).await {
                    Err(other) if nothing_was_done(&other) => error = other,
                    answered => return answered.map_err(Failure::Asking),
                }
            }
            if Instant::now() + pause > end {
                return Err(Failure::Unsettled(error));
            }
            sleep(pause).await;
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    pub(crate) async fn ask_masters(&self, command: Cmd) -> Result<Vec<Value>, Failure> {
        let masters = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
        let answered = self.connection.clone().route_command(command, masters).await;
        match answered.map_err(Failure::Asking)? {
            Value::Map(answers) => {
                without_errors(Ok(answers.into_iter().map(|(_, answer)| answer).collect()))
                    .map_err(Failure::Asking)
            }
            other => Ok(vec![other]),
        }
    }
}

/// Whether the servers said that they did not do what was asked, or no server was asked.
fn nothing_was_done(error: &RedisError) -> bool {
    use ServerErrorKind as Server;
    matches!(
        error.kind(),
        ErrorKind::ClusterConnectionNotFound
            | ErrorKind::Server(
                Server::Ask
                    | Server::BusyLoading
                    | Server::ClusterDown
                    | Server::MasterDown
                    | Server::Moved
                    | Server::ReadOnly
                    | Server::TryAgain
            )
    )
}

/// Where a key is that is on its way from one node to another.
fn new_owner(error: &RedisError) -> Option<SingleNodeRoutingInfo> {
    if error.kind() != ErrorKind::Server(ServerErrorKind::Ask) {
        return None;
    }
    let (host, port) = error.redirect_node()?.0.rsplit_once(':')?;
    Some(SingleNodeRoutingInfo::ByAddress { host: host.to_owned(), port: port.parse().ok()? })
}

/// Asks a node for a key that it does not own yet.
async fn ask_new_owner(
    connection: &mut ClusterConnection,
    commands: &Pipeline,
    node: SingleNodeRoutingInfo,
) -> RedisResult<Vec<Value>> {
    let mut asking = Pipeline::with_capacity(commands.len() + 1);
    asking.add_command(cmd("ASKING"));
    for command in commands.cmd_iter() {
        asking.add_command(command.clone());
    }
    without_errors(connection.route_pipeline(asking, 1, commands.len(), node).await)
}
