//! The table: made, brought up to date, and looked at when a store connects.
//!
//! In: a connection. Out: a table of this release, or why there is none. It refuses to know sessions. Each version is
//! one step from the one before; what a step is, is never changed once it was released. Nothing is prepared, so that it
//! works behind any pooler.

use deadpool_postgres::Client;
use tokio_postgres::types::Type;

use crate::error::{Cause, Refusal};
use crate::name::Names;
use crate::options::Options;

/// The version that the steps lead to.
const VERSION: i32 = 1;

/// Held while a node migrates, so that the others wait for it: "sansessi".
const LOCK: i64 = 0x7361_6e73_6573_7369;

/// Makes sure that the table is there, of this release, durable as asked for, and on a server that takes writes.
pub(crate) async fn run(
    client: &mut Client,
    names: &Names,
    options: &Options,
) -> Result<(), Cause> {
    let setting = "SELECT current_setting('transaction_read_only') = 'on'";
    if client.query_typed_one(setting, &[]).await?.try_get(0)? {
        return Err(Refusal::ReadOnly.into());
    }
    match version(client, names).await? {
        // Nodes that start later need no right to change a table.
        VERSION => {}
        newer @ VERSION.. => return Err(Refusal::Newer { version: newer }.into()),
        0 if !options.migrates => return Err(Refusal::NoTable.into()),
        version if !options.migrates => return Err(Refusal::Older { version }.into()),
        _ => migrate(client, names, options).await?,
    }
    look(client, names, options).await
}

/// 0 for none.
async fn version(client: &Client, names: &Names) -> Result<i32, Cause> {
    let there = "SELECT to_regclass($1::text) IS NOT NULL";
    let there = client.query_typed_one(there, &[(&names.version, Type::TEXT)]).await?;
    if !there.try_get::<_, bool>(0)? {
        return Ok(0);
    }
    let version = format!("SELECT coalesce(max(version), 0) FROM {}", names.version);
    Ok(client.query_typed_one(&version, &[]).await?.try_get(0)?)
}

/// All steps that are missing, or none of them, one node after the other.
async fn migrate(client: &mut Client, names: &Names, options: &Options) -> Result<(), Cause> {
    let transaction = client.transaction().await?;
    transaction.query_typed("SELECT pg_advisory_xact_lock($1)", &[(&LOCK, Type::INT8)]).await?;
    // Another node may have been faster, and may be newer. Its commit shows from the next statement on.
    let made =
        format!("CREATE TABLE IF NOT EXISTS {} (version integer PRIMARY KEY)", names.version);
    transaction.batch_execute(&made).await?;
    let made = format!("SELECT coalesce(max(version), 0) FROM {}", names.version);
    let made = transaction.query_typed(&made, &[]).await?;
    let made: i32 = made.first().map_or(Ok(0), |row| row.try_get(0))?;
    if made > VERSION {
        return Err(Refusal::Newer { version: made }.into());
    }
    for version in made + 1..=VERSION {
        transaction.batch_execute(&step(version, names, options)).await?;
        let done = format!("INSERT INTO {} VALUES ({version})", names.version);
        transaction.batch_execute(&done).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// What leads to a version from the one before.
fn step(version: i32, names: &Names, options: &Options) -> String {
    let Names { table, expires, principal, .. } = names;
    let unlogged = if options.unlogged { "UNLOGGED" } else { "" };
    match version {
        1 => format!(
            "CREATE {unlogged} TABLE {table} (
                key bytea PRIMARY KEY,
                revision bigint NOT NULL,
                seen bigint NOT NULL,
                expires bigint NOT NULL,
                principal bytea,
                record bytea NOT NULL
            );
            CREATE INDEX {expires} ON {table} (expires);
            CREATE INDEX {principal} ON {table} (principal, key) WHERE principal IS NOT NULL;"
        ),
        _ => String::new(),
    }
}

/// Refuses a table that loses more than the host knows of.
async fn look(client: &Client, names: &Names, options: &Options) -> Result<(), Cause> {
    let kept = "SELECT relpersistence::text = 'u' FROM pg_class WHERE oid = to_regclass($1::text)";
    match client.query_typed_opt(kept, &[(&names.table, Type::TEXT)]).await? {
        None => Err(Refusal::NoTable.into()),
        Some(row) if row.try_get(0)? && !options.unlogged => Err(Refusal::Unlogged.into()),
        Some(_) => Ok(()),
    }
}
