//! One server, or what stands for one: a connection that is made again when it breaks.

use core::time::Duration;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use redis::aio::MultiplexedConnection;
use redis::io::tcp::TcpSettings;
use redis::{
    AsyncConnectionConfig, Client, ConnectionInfo, ErrorKind, Pipeline, RedisError, RedisResult,
    ServerErrorKind, Value,
};

use super::{Failure, IfBroken, is_broken, without_errors};

/// A connection that is being made, or is there. Who waits for it shares the outcome.
#[derive(Clone)]
struct Connecting(Shared<BoxFuture<'static, RedisResult<MultiplexedConnection>>>);

/// Time-outs in a row, of any calls, after which nobody is believed to be at the other end.
const SILENT: u32 = 3;

pub(crate) struct Single {
    client: Client,
    config: AsyncConnectionConfig,
    current: Mutex<Current>,
    /// Time-outs since the last answer.
    silent: AtomicU32,
}

#[derive(Default)]
struct Current {
    connection: Option<Connecting>,
    /// How many there were before it.
    number: u64,
}

impl Single {
    pub(crate) fn new(
        server: ConnectionInfo,
        connect_timeout: Duration,
        response_timeout: Duration,
    ) -> RedisResult<Self> {
        let settings = tcp_settings(connect_timeout + response_timeout);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(connect_timeout))
            .set_response_timeout(Some(response_timeout));
        let client = Client::open(server.set_tcp_settings(settings))?;
        Ok(Self { client, config, current: Mutex::default(), silent: AtomicU32::new(0) })
    }

    pub(crate) async fn ask(
        &self,
        commands: &Pipeline,
        if_broken: IfBroken,
    ) -> Result<Vec<Value>, Failure> {
        match self.try_ask(commands).await {
            Err(Failure::Asking(error)) if if_broken == IfBroken::AskAgain && is_broken(&error) => {
                self.try_ask(commands).await
            }
            answered => answered,
        }
    }

    async fn try_ask(&self, commands: &Pipeline) -> Result<Vec<Value>, Failure> {
        let (number, connection) = self.connection();
        let mut connection = match connection.0.await {
            Ok(connection) => connection,
            Err(error) => {
                // Whatever it was, the next call tries again.
                self.give_up(number);
                return Err(Failure::Connecting(error));
            }
        };
        let answered = connection.send_packed_commands(commands, 0, commands.len()).await;
        let answered = without_errors(answered);
        if self.is_of_no_more_use(answered.as_ref().err()) {
            self.give_up(number);
        }
        answered.map_err(Failure::Asking)
    }

    /// Whether a connection on which this happened, or nothing, is better replaced.
    ///
    /// After one time-out it is kept: what is asked next is answered after what the server has still to do, so whoever
    /// looks whether his write was made sees it made, or knows that it never will be.
    fn is_of_no_more_use(&self, error: Option<&RedisError>) -> bool {
        if error.is_some_and(RedisError::is_timeout) {
            let in_a_row = 1 + self.silent.fetch_add(1, Ordering::Relaxed);
            return in_a_row >= SILENT;
        }
        self.silent.store(0, Ordering::Relaxed);
        error.is_some_and(|error| match error.kind() {
            ErrorKind::Parse => true,
            // This server was replaced by another, and a new connection may lead there.
            ErrorKind::Server(ServerErrorKind::ReadOnly) => true,
            _ => is_broken(error),
        })
    }

    fn connection(&self) -> (u64, Connecting) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let Current { connection, number } = &mut *current;
        let connection = connection.get_or_insert_with(|| {
            let (client, config) = (self.client.clone(), self.config.clone());
            let connecting =
                async move { client.get_multiplexed_async_connection_with_config(&config).await };
            Connecting(connecting.boxed().shared())
        });
        (*number, connection.clone())
    }

    /// Lets go of a connection, unless somebody has done so.
    fn give_up(&self, number: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.number == number {
            *current = Current { connection: None, number: number + 1 };
            self.silent.store(0, Ordering::Relaxed);
        }
    }
}

/// Answers are short and waited for, and a peer that has gone without a word is noticed after `patience`.
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    expect(unused_variables, reason = "there is no such setting")
)]
pub(super) fn tcp_settings(patience: Duration) -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let settings = settings.set_user_timeout(patience);
    settings
}
