//! Measures the stores of tower-sessions, for comparison.
//!
//! In: a kind of store and where it is: `sqlite FILE`, `postgres URL` or `redis URL`. Out: one row, as the harness
//! writes it. The program that asks for it measures ours on the same server.

mod site;

use std::error::Error;

use sansession_store_bench_harness::{Row, Trips, rates, trips};
use sansession_test_servers::Proxy;
use tower_sessions_core::SessionStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};
use tower_sessions_sqlx_store::sqlx::postgres::PgPoolOptions;
use tower_sessions_sqlx_store::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

use crate::site::Theirs;

/// Connections of a pool to PostgreSQL.
const CONNECTIONS: u32 = 16;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let row = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sqlite", file] => {
            row("tower-sessions-sqlx-store, sqlite", None, sqlite(file).await?).await
        }
        ["postgres", url, port] => {
            let proxy = Proxy::start(port.parse()?);
            let counted = postgres(&through(url, port, &proxy)).await?;
            let trips = counting(&proxy, counted).await;
            row("tower-sessions-sqlx-store, postgres", Some(trips), postgres(url).await?).await
        }
        ["redis", url, port] => {
            let proxy = Proxy::start(port.parse()?);
            // One connection, so that a turn is a round trip.
            let trips = counting(&proxy, redis(&through(url, port, &proxy), 1).await?).await;
            row("tower-sessions-redis-store", Some(trips), redis(url, 6).await?).await
        }
        _ => return Err("usage: sqlite FILE | postgres URL PORT | redis URL PORT".into()),
    };
    println!("{row}");
    Ok(())
}

/// The address of the server, through the proxy.
fn through(url: &str, port: &str, proxy: &Proxy) -> String {
    url.replacen(port, &proxy.port().to_string(), 1)
}

async fn counting<S: SessionStore>(proxy: &Proxy, store: S) -> Trips {
    trips(&Theirs::over(store), || proxy.round_trips()).await
}

async fn row<S: SessionStore>(name: &str, trips: Option<Trips>, store: S) -> Row {
    Row { store: name.to_owned(), trips, rates: rates(&Theirs::over(store)).await }
}

/// As durable as ours: a write that was answered survives a power cut.
async fn sqlite(file: &str) -> Result<SqliteStore, Box<dyn Error>> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let store = SqliteStore::new(SqlitePoolOptions::new().connect_with(options).await?);
    store.migrate().await?;
    Ok(store)
}

async fn postgres(url: &str) -> Result<PostgresStore, Box<dyn Error>> {
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        // It would be a round trip of its own for each request.
        .test_before_acquire(false)
        .connect(url)
        .await?;
    let store = PostgresStore::new(pool);
    store.migrate().await?;
    Ok(store)
}

async fn redis(
    url: &str,
    connections: usize,
) -> Result<tower_sessions_redis_store::RedisStore<Pool>, Box<dyn Error>> {
    let pool = Pool::new(Config::from_url(url)?, None, None, None, connections)?;
    let _ = pool.connect();
    pool.wait_for_connect().await?;
    Ok(tower_sessions_redis_store::RedisStore::new(pool))
}
