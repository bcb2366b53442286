//! Servers that are not there, do not let us in, or hold something else.

mod common;

use std::error::Error;

use common::proxy::Proxy;
use common::{KEY, anonymous, bound, empty, empty_on, load, prefix, until_it_works};
use sansession::{Revision, StoreKey};
use sansession_redis::{Concern, Operation, Options, RedisError, RedisStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _, Updated};
use sansession_test_servers::{Redis, RedisCluster, free_port};

/// All that an error says, to people and to logs.
fn told(error: &RedisError) -> String {
    let mut said = vec![format!("{error:?} {error}")];
    let mut source = error.source();
    while let Some(error) = source {
        said.push(format!("{error:?} {error}"));
        source = error.source();
    }
    said.join("; ")
}

fn assert_kind(error: &RedisError, kind: ErrorKind) {
    assert_eq!(error.kind(), kind, "{}", told(error));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_said_at_the_start() {
    let url = format!("redis://:hunter2@127.0.0.1:{}/", free_port());
    let connected = [
        RedisStore::connect(&url).await.expect_err("nobody is there"),
        RedisStore::connect_cluster(&[&url]).await.expect_err("nobody is there"),
    ];
    for error in connected {
        assert_kind(&error, ErrorKind::Unavailable);
        assert_eq!(error.operation(), Operation::Connect);
        assert_eq!(error.to_string(), "cannot connect to the session server");
        assert!(told(&error).contains("refused"), "{}", told(&error));
        assert!(!told(&error).contains("hunter2"), "{}", told(&error));
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for address in ["", "localhost:6379", "http://localhost/", "redis://"] {
        let error = RedisStore::connect(address).await.expect_err("no address");
        assert_kind(&error, ErrorKind::Misconfigured);
    }
    let error = RedisStore::connect_cluster(&[]).await.expect_err("no node");
    assert_kind(&error, ErrorKind::Misconfigured);
}

// promise: I6
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_a_wrong_configuration_and_is_not_told() {
    let Some(server) = Redis::start_with(&["--requirepass", "correct"]) else { return };
    let address = format!("127.0.0.1:{}", server.port());
    for secret in ["hunter2@", ""] {
        let url = format!("redis://:{secret}{address}/").replace(":127", "127");
        let error = Options::new().connect(&*url).await.expect_err("it is wrong");
        assert_kind(&error, ErrorKind::Misconfigured);
        assert!(!told(&error).contains("hunter2"), "{}", told(&error));
    }
    let options = Options::new();
    let url = format!("redis://:correct@{address}/");
    assert!(!format!("{options:?}").contains("correct"));
    let store = options.connect(&*url).await.expect("it is right");
    assert!(!format!("{store:?}").contains("correct"));

    // It changes, and changes back; nobody starts the host again.
    let ask = |command: &str| server.ask(&format!("AUTH {command}\r\nPING")).expect("it answers");
    ask("correct\r\nCONFIG SET requirepass other\r\nCLIENT KILL TYPE normal");
    let error = load(&store, &KEY).await.expect_err("it is wrong now");
    assert_kind(&error, ErrorKind::Misconfigured);
    ask("other\r\nCONFIG SET requirepass correct");
    until_it_works(async || load(&store, &KEY).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_lets_nobody_in_says_so() {
    let Some(cluster) = RedisCluster::start() else { return };
    for node in cluster.nodes() {
        node.ask("CONFIG SET requirepass correct").expect("it answers");
    }
    let error = Options::new().connect_cluster(cluster.urls()).await.expect_err("no password");
    assert_kind(&error, ErrorKind::Misconfigured);
    let urls = cluster.urls().into_iter().map(|url| url.replace("//", "//:hunter2@"));
    let error = Options::new().connect_cluster(urls).await.expect_err("a wrong one");
    assert_kind(&error, ErrorKind::Misconfigured);
    assert!(!told(&error).contains("hunter2"), "{}", told(&error));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_a_cluster_is_not_one_server() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = Options::new().connect(&*cluster.urls()[0]).await.expect("it answers");
    let mut refused = 0;
    for number in 0..32 {
        if let Err(error) = load(&store, &common::key(number)).await {
            assert_kind(&error, ErrorKind::Misconfigured);
            refused += 1;
        }
    }
    assert!(refused > 0, "two in three keys are elsewhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_takes_no_sessions() {
    let Some(master) = Redis::start() else { return };
    let of = format!("127.0.0.1 {}", master.port());
    let Some(replica) = Redis::start_with(&["--replicaof", &of]) else { return };
    let proxy = Proxy::to(replica.port());
    let store = Options::new().connect(proxy.url()).await.expect("it answers");
    let error = store.create(&KEY, anonymous(b"one")).await.expect_err("it may not");
    assert_kind(&error, ErrorKind::Misconfigured);
    // The address leads to another server, as after a failover; the connection would still lead to this one.
    proxy.lead_to(master.port());
    assert_eq!(store.create(&KEY, anonymous(b"one")).await.expect("an answer"), Created::Stored);
}

// promise: I6
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_quotes_what_it_does_not_know_shows_no_record() {
    for command in ["SET", "EVALSHA"] {
        let Some(server) = Redis::start_with(&["--rename-command", command, ""]) else { return };
        let store = empty(&server).await;
        let record = b"very secret record, longer than what a server would quote of it";
        let created = store.create(&KEY, anonymous(record)).await;
        let updated = store.update(&KEY, Revision::FIRST, bound(record)).await;
        let error = created.err().or(updated.err()).expect("one of them is not known");
        assert_kind(&error, ErrorKind::Misconfigured);
        assert!(told(&error).contains("unknown command"), "{}", told(&error));
        // It quotes the arguments in order, up to a zero byte, so the key comes first.
        for quoted in ["secret", &KEY.to_string()] {
            assert!(!told(&error).contains(quoted), "{}", told(&error));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_is_told_so() {
    let Some(server) = Redis::start() else { return };
    server.ask("ACL SETUSER reader on >secret ~* +get +ping +client").expect("it answers");
    let url = format!("redis://reader:secret@127.0.0.1:{}/", server.port());
    let store = Options::new().connect(&*url).await.expect("it is let in");
    assert_eq!(load(&store, &KEY).await.expect("it may read"), None);
    let error = store.create(&KEY, anonymous(b"one")).await.expect_err("it may not write");
    assert_kind(&error, ErrorKind::Misconfigured);
    assert!(!told(&error).contains("secret"), "{}", told(&error));
}

/// A store, and a server that can be told to put something in place of the record of `KEY`.
async fn with_key(server: &Redis) -> (RedisStore, String) {
    let prefix = prefix();
    let store = Options::new().prefix(&*prefix).connect(server.url()).await.expect("it is there");
    (store, format!("{prefix}:{KEY}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_kind_of_value_is_an_error_and_left_alone() {
    let Some(server) = Redis::start() else { return };
    let (store, name) = with_key(&server).await;
    assert_eq!(server.ask(&format!("LPUSH {name} mine")).expect("an answer"), ":1");
    let errors = [
        load(&store, &KEY).await.expect_err("a list"),
        store.update(&KEY, Revision::FIRST, anonymous(b"new")).await.expect_err("a list"),
        store.touch(&KEY, common::NOW, common::END).await.expect_err("a list"),
        store.destroy(&KEY).await.expect_err("a list"),
    ];
    for error in &errors {
        assert_kind(error, ErrorKind::Misconfigured);
    }
    let created = store.create(&KEY, anonymous(b"new")).await.expect("an answer");
    assert_eq!(created, Created::Conflict);
    assert_eq!(server.ask(&format!("LLEN {name}")).expect("an answer"), ":1");
}

// promise: L14
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_value_is_nobodys_session_and_left_alone() {
    let Some(server) = Redis::start() else { return };
    let (store, name) = with_key(&server).await;
    // Too short; a format that there never was; text.
    for damaged in [r"\x01short", &format!(r"\x00{}", "x".repeat(60)), r"\x01"] {
        server.ask(&format!("SET {name} \"{damaged}\"")).expect("an answer");
        let held = load(&store, &KEY).await.expect("found");
        assert_eq!(held.map(|(record, _)| record), Some(vec![]), "as an empty record");
        let updated = store.update(&KEY, Revision::FIRST, anonymous(b"new")).await;
        assert_eq!(updated.expect("an answer"), Updated::Missing);
        assert!(!store.touch(&KEY, common::NOW, common::END).await.expect("an answer"));
        let created = store.create(&KEY, anonymous(b"new")).await.expect("an answer");
        assert_eq!(created, Created::Conflict);
        assert!(store.destroy(&KEY).await.expect("it is gone"));
    }
}

// promise: L14
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_a_newer_release_is_an_error_and_left_alone() {
    let Some(server) = Redis::start() else { return };
    let (store, name) = with_key(&server).await;
    let newer = format!(r"\x02{}", "y".repeat(60));
    server.ask(&format!("SET {name} \"{newer}\"")).expect("an answer");
    let errors = [
        load(&store, &KEY).await.expect_err("newer"),
        store.update(&KEY, Revision::FIRST, anonymous(b"new")).await.expect_err("newer"),
        store.touch(&KEY, common::NOW, common::END).await.expect_err("newer"),
    ];
    for error in &errors {
        assert_kind(error, ErrorKind::Misconfigured);
    }
    let held = server.ask(&format!("GET {name}")).expect("an answer");
    assert_eq!(held, format!("\u{2}{}", "y".repeat(60)));
    assert!(store.destroy(&KEY).await.expect("a log-out is a log-out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn prefixes_keep_sites_apart() {
    let Some(server) = Redis::start() else { return };
    let (one, other) = (empty(&server).await, empty(&server).await);
    one.create(&KEY, bound(b"one")).await.expect("it creates");
    assert_eq!(load(&other, &KEY).await.expect("it loads"), None);
    let mut keys = [StoreKey::default(); 2];
    assert_eq!(other.list("ada", None, &mut keys).await.expect("it lists"), 0);
    assert!(!other.destroy(&KEY).await.expect("an answer"));
    assert_eq!(one.list("ada", None, &mut keys).await.expect("it lists"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_setup_is_told() {
    use Concern::{Evicts, KeepsNoLog, SyncsLater};
    let evicts = ["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"];
    let setups: [(&[&str], &[Concern]); 6] = [
        (&[], &[]),
        (&["--maxmemory", "100mb"], &[]),
        (&evicts, &[Evicts]),
        (&["--appendfsync", "everysec"], &[SyncsLater]),
        (&["--appendonly", "no"], &[KeepsNoLog]),
        (
            &["--appendonly", "no", "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lfu"],
            &[Evicts, KeepsNoLog],
        ),
    ];
    for (setup, expected) in setups {
        let Some(server) = Redis::start_with(setup) else { return };
        let store = empty(&server).await;
        assert_eq!(store.concerns().await.expect("an answer"), expected, "{setup:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_one_master_of_a_cluster_is_told() {
    let Some(cluster) = RedisCluster::start() else { return };
    let store = empty_on(&cluster).await;
    assert_eq!(store.concerns().await.expect("an answer"), []);
    cluster.nodes()[2].ask("CONFIG SET appendfsync everysec").expect("an answer");
    assert_eq!(store.concerns().await.expect("an answer"), [Concern::SyncsLater]);
}
