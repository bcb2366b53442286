//! What can be wrong when a store connects, and what it makes.

mod common;

use std::error::Error as _;
use std::sync::Arc;

use common::{KEY, PASSWORD, Postgres, anonymous, client, load, new_table, store};
use sansession::StoreKey;
use sansession_postgres::{NoTls, Operation, Options, PostgresError, PostgresStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

async fn refused(options: Options, url: &str) -> PostgresError {
    options.connect(url, NoTls).await.expect_err("refused")
}

fn told(error: &PostgresError) -> (ErrorKind, Operation, String) {
    let mut told = Vec::new();
    let mut source = error.source();
    while let Some(error) = source {
        told.push(error.to_string());
        source = error.source();
    }
    (error.kind(), error.operation(), told.join(": "))
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let Some(mut server) = Postgres::start() else { return };
    server.kill();
    let error = refused(Options::new(), &server.url()).await;
    let (kind, operation, told) = told(&error);
    assert_eq!((kind, operation), (ErrorKind::Unavailable, Operation::Connect));
    assert!(told.starts_with("error connecting to server: "), "{told}");
}

// promise: I6
#[tokio::test]
async fn a_mistake_in_the_url_is_told_without_the_password() {
    let Some(server) = Postgres::shared() else { return };
    let url = format!("{}?connect_timeout=5", server.url());
    for (url, expected) in [
        (url.replace(PASSWORD, "a-wrong-password"), "password authentication failed"),
        (url.replace("/postgres?", "/nowhere?"), "does not exist"),
        (format!("{url}&sslmode=require"), "TLS"),
        (format!("{url}&sslmode=perhaps"), "sslmode"),
        (format!("port={PASSWORD}"), "port"),
        (format!("password={PASSWORD} {PASSWORD}"), ""),
    ] {
        let error = refused(Options::new(), &url).await;
        let (kind, operation, told) = told(&error);
        assert_eq!((kind, operation), (ErrorKind::Misconfigured, Operation::Connect), "{told}");
        assert!(told.contains(expected), "{told}");
        for text in [format!("{error:?}"), error.to_string(), told] {
            assert!(!text.contains(PASSWORD) && !text.contains("a-wrong-password"), "{text}");
        }
    }
    let store = store(&server).await;
    assert!(!format!("{store:?}").contains(PASSWORD), "{store:?}");
}

#[tokio::test]
async fn a_server_that_takes_no_writes_is_refused() {
    let Some(server) = Postgres::shared() else { return };
    let url = format!("{}?options=-c%20default_transaction_read_only%3Don", server.url());
    let error = refused(Options::new().table(new_table()), &url).await;
    let expected = "the server takes no writes: a standby, or set so".to_owned();
    assert_eq!(told(&error), (ErrorKind::Misconfigured, Operation::Migrate, expected));
}

#[tokio::test]
async fn a_table_of_a_newer_release_is_refused_and_left_alone() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    let options = Options::new().table(&table);
    drop(options.clone().connect(&server.url(), NoTls).await.expect("it connects"));
    client.batch_execute(&format!("INSERT INTO {table}_version VALUES (2)")).await.expect("made");
    for options in [options.clone(), options.no_migration()] {
        let expected = "the table was made by a newer release (version 2)".to_owned();
        let error = refused(options, &server.url()).await;
        assert_eq!(told(&error), (ErrorKind::Misconfigured, Operation::Migrate, expected));
    }
}

#[tokio::test]
async fn a_table_of_somebody_else_is_refused_and_left_alone() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    let make = format!("CREATE TABLE {table} (name text); INSERT INTO {table} VALUES ('mine')");
    client.batch_execute(&make).await.expect("it is made");
    for _ in 0..2 {
        let error = refused(Options::new().table(&table), &server.url()).await;
        let (kind, operation, told) = told(&error);
        assert_eq!((kind, operation), (ErrorKind::Misconfigured, Operation::Migrate));
        assert!(told.contains("already exists"), "{told}");
    }
    let mine = format!("SELECT name FROM {table}");
    let row = client.query_one(&mine, &[]).await.expect("it is there");
    assert_eq!(row.get::<_, &str>(0), "mine");
}

#[tokio::test]
async fn a_table_is_made_only_by_who_is_asked_to() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    let options = Options::new().table(&table);
    let error = refused(options.clone().no_migration(), &server.url()).await;
    let expected = "there is no table, and it is not to be made".to_owned();
    assert_eq!(told(&error), (ErrorKind::Misconfigured, Operation::Migrate, expected));

    drop(options.clone().connect(&server.url(), NoTls).await.expect("it connects"));
    // Whoever may read and write needs no more, with or without the right to migrate.
    let role = format!(
        "CREATE ROLE web_{table} LOGIN PASSWORD '{PASSWORD}';
        GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO web_{table};
        GRANT SELECT ON {table}_version TO web_{table};"
    );
    client.batch_execute(&role).await.expect("it is made");
    let url = server.url().replace("//postgres:", &format!("//web_{table}:"));
    for options in [options.clone(), options.no_migration()] {
        let store = options.connect(&url, NoTls).await.expect("it connects");
        store.create(&KEY, anonymous(b"record")).await.expect("it creates");
        assert!(store.destroy(&KEY).await.expect("it destroys"));
    }
    let error = refused(Options::new().table(new_table()), &url).await;
    assert_eq!(error.kind(), ErrorKind::Misconfigured, "it may make no table: {error:?}");
}

#[tokio::test]
async fn a_table_that_goes_away_is_an_error_until_it_is_back() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    let options = Options::new().table(&table);
    let store = options.clone().connect(&server.url(), NoTls).await.expect("it connects");
    store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    let drop_it = format!("DROP TABLE {table}, {table}_version");
    client.batch_execute(&drop_it).await.expect("it is dropped");
    let error = store.create(&KEY, anonymous(b"record")).await.expect_err("no table");
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    drop(options.connect(&server.url(), NoTls).await.expect("it is made again"));
    let created = store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    assert_eq!(created, Created::Stored);
}

// promise: I6
#[tokio::test]
async fn an_error_shows_no_record() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    let options = Options::new().table(&table);
    let store = options.connect(&server.url(), NoTls).await.expect("it connects");
    // A server that tells of the row that it refuses.
    let refuse = format!("ALTER TABLE {table} ADD CONSTRAINT nothing CHECK (revision < 0)");
    client.batch_execute(&refuse).await.expect("it is added");
    let error = store.create(&KEY, anonymous(b"secret")).await.expect_err("refused");
    let (kind, operation, told) = told(&error);
    assert_eq!((kind, operation), (ErrorKind::Other, Operation::Create));
    let record = "736563726574";
    assert!(told.contains(record), "it is there to be shown: {told}");
    assert!(format!("{error:?}").contains("violates check constraint"), "{error:?}");
    assert!(!format!("{error:?}{error}").contains(record), "{error:?}");
}

#[tokio::test]
async fn unlogged_tables_are_only_for_those_who_asked() {
    let Some(server) = Postgres::shared() else { return };
    let table = new_table();
    let options = Options::new().table(&table).unlogged();
    let store = options.connect(&server.url(), NoTls).await.expect("it connects");
    store.create(&KEY, anonymous(b"record")).await.expect("it creates");
    let error = refused(Options::new().table(&table), &server.url()).await;
    let expected = "the table is unlogged: a crash would empty it".to_owned();
    assert_eq!(told(&error), (ErrorKind::Misconfigured, Operation::Migrate, expected));
}

#[tokio::test]
async fn tables_in_other_schemas_are_other_tables() {
    let Some(server) = Postgres::shared() else { return };
    let (table, client) = (new_table(), client(&server).await);
    client.batch_execute(&format!("CREATE SCHEMA \"App_{table}\"")).await.expect("it is made");
    let options = Options::new().table(&table);
    let here = options.clone().connect(&server.url(), NoTls).await.expect("it connects");
    let there = options.clone().schema(format!("App_{table}"));
    let there = there.connect(&server.url(), NoTls).await.expect("it connects");
    here.create(&KEY, anonymous(b"record")).await.expect("it creates");
    assert_eq!(load(&there, &KEY).await, None);
    let error = refused(options.schema("nowhere"), &server.url()).await;
    assert_eq!(error.kind(), ErrorKind::Misconfigured, "{error:?}");
    let error = refused(Options::new().table("a; DROP TABLE b"), &server.url()).await;
    assert_eq!(error.kind(), ErrorKind::Misconfigured, "{error:?}");
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_make_one_table() {
    const NODES: u8 = 8;
    let Some(server) = Postgres::shared() else { return };
    for round in 0..5 {
        let (table, together) = (new_table(), Arc::new(Barrier::new(usize::from(NODES))));
        let mut nodes = JoinSet::new();
        for node in 0..NODES {
            let (options, url) = (Options::new().table(&table), server.url());
            let together = together.clone();
            nodes.spawn(async move {
                together.wait().await;
                let store = options.connect(&url, NoTls).await;
                let store = store.unwrap_or_else(|error| panic!("round {round}: {error:?}"));
                let key = StoreKey::from_bytes([node; 16]);
                store.create(&key, anonymous(b"record")).await.expect("it creates");
                store
            });
        }
        let stores: Vec<PostgresStore> = nodes.join_all().await;
        for node in 0..NODES {
            assert!(load(&stores[0], &StoreKey::from_bytes([node; 16])).await.is_some());
        }
    }
}
