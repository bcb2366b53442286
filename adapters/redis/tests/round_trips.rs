//! How often an exchange waits for the server, counted on the way there.

mod common;

use std::time::Duration;

use common::proxy::Proxy;
use common::site::Site;
use common::{END, NOW, anonymous, prefix};
use sansession::{Active, Config, Outcome, Revision, Slot, StoreKey, Timestamp};
use sansession_redis::{Options, RedisStore};
use sansession_store::SendStore as _;
use sansession_test_servers::{Redis, RedisCluster};

fn begin(active: &mut Active<&mut Slot>) {
    active.insert_str("colour", "blue").expect("room");
}

fn read(active: &mut Active<&mut Slot>) {
    assert_eq!(active.get("colour").expect("text"), Some("blue"));
}

fn write(active: &mut Active<&mut Slot>) {
    active.insert_str("size", "large").expect("room");
}

fn log_in(active: &mut Active<&mut Slot>) {
    active.login("ada").expect("room");
}

fn rotate(active: &mut Active<&mut Slot>) {
    active.regenerate();
}

fn log_out(active: &mut Active<&mut Slot>) {
    active.invalidate();
}

/// Makes all scripts known wherever they will be run. Each is sent once to each server, when that does not have it.
async fn warm_up(store: &RedisStore) {
    for number in 0..64 {
        let key = StoreKey::from_bytes([number; 16]);
        let name = format!("user {number}");
        let write = anonymous(b"record");
        store.create(&key, write.bound_to("nobody")).await.expect("it creates");
        store.update(&key, Revision::FIRST, write.bound_to(&name)).await.expect("it updates");
        store.touch(&key, NOW, END).await.expect("it touches");
        store.destroy(&key).await.expect("it destroys");
    }
}

/// An exchange: its name, its time, what the handler does, and what becomes of it.
struct Step(&'static str, Timestamp, fn(&mut Active<&mut Slot>), Outcome);

/// Runs each kind of exchange and counts.
async fn count(store: &RedisStore, round_trips: impl Fn() -> u64) -> Vec<(&'static str, u64)> {
    warm_up(store).await;
    let site = Site::new(Config::new().idle(Duration::from_secs(3600)).no_renew());
    let mut counted = Vec::new();
    let mut cookie = None;
    let later = NOW.after(Duration::from_secs(1800));
    let steps = [
        Step("new", NOW, begin, Outcome::Created),
        Step("read", NOW, read, Outcome::Unchanged),
        Step("changed", NOW, write, Outcome::Updated),
        Step("rotated", NOW, rotate, Outcome::Rotated),
        Step("touched", later, read, Outcome::Touched),
        Step("destroyed", NOW, log_out, Outcome::Destroyed),
        Step("unknown", NOW, |_| (), Outcome::Unchanged),
        Step("new again", NOW, begin, Outcome::Created),
        Step("bound", NOW, log_in, Outcome::Rotated),
        Step("bound, read", NOW, read, Outcome::Unchanged),
        Step("bound, changed", NOW, write, Outcome::Updated),
        Step("bound, rotated", NOW, rotate, Outcome::Rotated),
        Step("bound, destroyed", NOW, log_out, Outcome::Destroyed),
        Step("new and bound", NOW, log_in, Outcome::Created),
    ];
    for Step(name, now, handler, expected) in steps {
        if name.starts_with("new") {
            cookie = None;
        }
        let before = round_trips();
        let (answer, ()) = site.visit(store, cookie.as_deref(), now, handler).await;
        counted.push((name, round_trips() - before));
        assert_eq!(answer.outcome, expected, "{name}: {:?}", answer.cause);
        cookie = answer.cookie.filter(|_| expected != Outcome::Destroyed).or(cookie);
    }
    counted
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_is_asked_as_seldom_as_can_be() {
    let Some(server) = Redis::start() else { return };
    let proxy = Proxy::to(server.port());
    let store = Options::new().prefix(prefix()).connect(proxy.url()).await.expect("it is there");
    let counted = count(&store, || proxy.round_trips()).await;
    let expected = [
        ("new", 1),
        ("read", 1),
        ("changed", 2),
        ("rotated", 2),
        ("touched", 2),
        ("destroyed", 2),
        ("unknown", 1),
        ("new again", 1),
        ("bound", 2),
        ("bound, read", 1),
        ("bound, changed", 2),
        ("bound, rotated", 2),
        ("bound, destroyed", 3),
        ("new and bound", 2),
    ];
    assert_eq!(counted, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_asked_more_often_only_when_a_session_is_bound() {
    let proxies: [Proxy; 6] = std::array::from_fn(|_| Proxy::new());
    let ports = proxies.each_ref().map(Proxy::port);
    let Some(cluster) = RedisCluster::start_behind(ports, |node, port| {
        proxies[node].lead_to(port);
    }) else {
        return;
    };
    let options = Options::new().prefix(prefix());
    let store = options.connect_cluster(proxies.each_ref().map(Proxy::url)).await;
    let store = store.expect("it is there");
    let round_trips = || proxies.iter().map(Proxy::round_trips).sum();
    let counted = count(&store, round_trips).await;
    let expected = [
        ("new", 1),
        ("read", 1),
        ("changed", 2),
        ("rotated", 2),
        ("touched", 2),
        ("destroyed", 2),
        ("unknown", 1),
        ("new again", 1),
        // The index lies elsewhere: the entry is made before the update.
        ("bound", 3),
        ("bound, read", 1),
        ("bound, changed", 2),
        ("bound, rotated", 2),
        ("bound, destroyed", 3),
        ("new and bound", 2),
    ];
    assert_eq!(counted, expected);
    drop(cluster);
}
