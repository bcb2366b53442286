//! Connections, and a statement's way over one of them.
//!
//! In: a statement with its values, and until when it may take. Out: rows, or why there are none. It refuses to know
//! what the statement says. Nothing is ever asked twice.

use core::time::Duration;
use std::sync::Arc;

use deadpool_postgres::{Client, Manager, Pool};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Config, Row, Socket};

use crate::error::{Cause, Operation, PostgresError, Refusal};
use crate::finishing::Finishing;
use crate::options::Options;
use crate::statements::{Statement, Statements};

/// What stands in a statement's place, on its way to what may become another task.
pub(crate) type Value = Box<dyn ToSql + Send + Sync>;

pub(crate) struct Connections {
    pool: Pool,
    timeout: Duration,
    prepares: bool,
}

impl Connections {
    /// Makes room for connections; none is made yet.
    pub(crate) fn new<T>(url: &str, tls: T, options: &Options) -> Result<Self, Cause>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + Sync,
        T::TlsConnect: Send + Sync,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let mut config: Config = url.parse()?;
        // A pooler takes no settings.
        if options.prepares {
            let settings = settings(config.get_options(), options.timeout);
            config.options(settings);
        }
        let pool = Pool::builder(Manager::new(config, tls)).max_size(options.connections.get());
        let pool = pool.build().map_err(|_| Refusal::Closed)?;
        Ok(Self { pool, timeout: options.timeout, prepares: options.prepares })
    }

    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Takes a connection out of the pool, or makes one. It goes back when it is dropped; a broken one is replaced.
    pub(crate) async fn take(&self, deadline: Instant) -> Result<Client, Cause> {
        match timeout_at(deadline, self.pool.get()).await {
            Ok(taken) => Ok(taken?),
            Err(_) => Err(Refusal::NoConnection { waited: self.timeout }.into()),
        }
    }

    /// Asks once. What was asked is waited for although the caller is gone: the connection is then free for the next.
    pub(crate) async fn ask(
        &self,
        operation: Operation,
        statements: &Arc<Statements>,
        choose: fn(&Statements) -> &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, PostgresError> {
        let deadline = self.deadline();
        let client =
            self.take(deadline).await.map_err(|cause| PostgresError::new(operation, cause))?;
        let (statements, prepares, waited) = (Arc::clone(statements), self.prepares, self.timeout);
        Finishing::new(async move {
            let rows = ask(&client, choose(&statements), &values, prepares);
            let rows = match timeout_at(deadline, rows).await {
                Ok(rows) => rows.map_err(Cause::from),
                Err(_) => Err(Refusal::NoAnswer { waited }.into()),
            };
            let rows = rows.map_err(|cause| PostgresError::new(operation, cause));
            // What went wrong may have to do with it, and its answer may still come.
            if rows.as_ref().is_err_and(|error| !error.is_full()) {
                drop(Client::take(client));
            }
            rows
        })
        .await
    }
}

async fn ask(
    client: &Client,
    statement: &Statement,
    values: &[Value],
    prepares: bool,
) -> Result<Vec<Row>, tokio_postgres::Error> {
    let Statement { sql, types } = statement;
    let values = values.iter().map(|value| &**value as &(dyn ToSql + Sync));
    if prepares {
        let ready = client.prepare_typed_cached(sql, types).await?;
        client.query(&ready, &values.collect::<Vec<_>>()).await
    } else {
        let typed: Vec<(_, Type)> = values.zip(types.iter().cloned()).collect();
        client.query_typed(sql, &typed).await
    }
}

/// For each connection, behind what the URL asks for: what is not answered in time is given up by the server too, and
/// statements see what others committed.
fn settings(asked: Option<&str>, timeout: Duration) -> String {
    let timeout = timeout.as_millis();
    let asked = asked.unwrap_or_default();
    format!(
        "{asked} -c statement_timeout={timeout} -c default_transaction_isolation=read\\ committed"
    )
}
