//! Measures the stores, beside others on the same servers, and prints one table.
//!
//! In: nothing; servers of its own are started and stopped. Out: a table in Markdown. `cargo xtask stores` runs it, and
//! builds the program that measures the others, whose path is the only argument; without it they are left out.

mod site;

mod table;

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};

use sansession_file::FileStore;
use sansession_memory::MemoryStore;
use sansession_postgres::{NoTls, PostgresStore};
use sansession_redis::RedisStore;
use sansession_sqlite::SqliteStore;
use sansession_store::SendStore;
use sansession_store_bench_harness::{Row, Trips, rates, trips};
use sansession_test_servers::{Postgres, Proxy, Redis, RedisCluster, Scratch};

use crate::site::Ours;
use crate::table::Table;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let others = Others(env::args().nth(1));
    let mut table = Table::default();
    let scratch = Scratch::new();

    table.add::<MemoryStore>(row("memory", None, MemoryStore::new(10_000)).await);
    let files = FileStore::open(scratch.file("files"))?;
    table.add::<FileStore>(row("file", None, files).await);
    let sqlite = SqliteStore::open(scratch.file("ours.db"))?;
    table.add::<SqliteStore>(row("sqlite", None, sqlite).await);
    let theirs = scratch.file("theirs.db").display().to_string();
    table.add_other(others.row(&["sqlite", &theirs])?);

    let postgres = Postgres::start().ok_or(NO_SERVERS)?;
    let port = postgres.port().to_string();
    table.add::<PostgresStore>(over_postgres(&postgres).await?);
    table.add_other(others.row(&["postgres", &postgres.url(), &port])?);
    drop(postgres);

    let redis = Redis::start().ok_or(NO_SERVERS)?;
    let port = redis.port().to_string();
    table.add::<RedisStore>(over_redis(&redis).await?);
    table.add_other(others.row(&["redis", &redis.url(), &port])?);
    drop(redis);
    table.add::<RedisStore>(over_cluster().await?);

    print!("{table}");
    Ok(())
}

const NO_SERVERS: &str = "this measures servers, and they are not wanted";

async fn row<S: SendStore + 'static>(name: &str, trips: Option<Trips>, store: S) -> Row {
    Row { store: name.to_owned(), trips, rates: rates(&Ours::over(store)).await }
}

async fn over_postgres(server: &Postgres) -> Result<Row, Box<dyn Error>> {
    let proxy = Proxy::start(server.port());
    let counted = PostgresStore::connect(&server.url_by(proxy.port()), NoTls).await?;
    let trips = trips(&Ours::over(counted), || proxy.round_trips()).await;
    let store = PostgresStore::connect(&server.url(), NoTls).await?;
    Ok(row("postgres", Some(trips), store).await)
}

async fn over_redis(server: &Redis) -> Result<Row, Box<dyn Error>> {
    let proxy = Proxy::start(server.port());
    let url = server.url().replacen(&server.port().to_string(), &proxy.port().to_string(), 1);
    let counted = RedisStore::connect(&url).await?;
    let trips = trips(&Ours::over(counted), || proxy.round_trips()).await;
    Ok(row("redis", Some(trips), RedisStore::connect(&server.url()).await?).await)
}

/// Which nodes the round trips go to, a test of the store's counts.
async fn over_cluster() -> Result<Row, Box<dyn Error>> {
    let cluster = RedisCluster::start().ok_or(NO_SERVERS)?;
    let nodes = cluster.urls();
    let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
    let store = RedisStore::connect_cluster(&nodes).await?;
    Ok(row("redis-cluster, 3+3 nodes", None, store).await)
}

/// The program that measures other libraries, if there is one.
struct Others(Option<String>);

impl Others {
    fn row(&self, arguments: &[&str]) -> Result<Option<Row>, Box<dyn Error>> {
        let Some(program) = &self.0 else { return Ok(None) };
        let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8(output.stdout)?;
        let row = text.trim_end().parse();
        Ok(Some(row.map_err(|_| format!("{program} {}: no row but {text:?}", arguments[0]))?))
    }
}
