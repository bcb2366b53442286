//! A cluster that loses a master, and one whose keys move.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{KEY, anonymous, bound, empty_on, key, load, prefix, until_it_works};
use sansession::{Revision, StoreKey};
use sansession_redis::{Options, RedisError, RedisStore};
use sansession_store::{ErrorKind, SendStore as _, StoreError as _, Updated};
use sansession_test_servers::{MASTERS, RedisCluster};
use tokio::time::sleep;

const WRITERS: u32 = 24;

/// What one writer was told.
#[derive(Default)]
struct Told {
    /// The last count that was acknowledged.
    count: u64,
    destroyed: Vec<StoreKey>,
    errors: Vec<RedisError>,
}

/// Counts in one record, and destroys others, until it is told to stop.
async fn write(
    store: Arc<RedisStore>,
    number: u32,
    all: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> Told {
    let mut told = Told::default();
    let mut passing = 1_000_000 * (number + 1);
    while !stop.load(Ordering::SeqCst) {
        if let Err(error) = step(&store, number, passing, &mut told).await {
            told.errors.push(error);
            sleep(Duration::from_millis(20)).await;
        }
        passing += 1;
        all.fetch_add(1, Ordering::SeqCst);
    }
    told
}

async fn step(
    store: &RedisStore,
    number: u32,
    passing: u32,
    told: &mut Told,
) -> Result<(), RedisError> {
    let key_of_count = key(number);
    let Some((record, revision)) = load(store, &key_of_count).await? else {
        assert_eq!(told.count, 0, "an acknowledged session is gone");
        store.create(&key_of_count, bound(&0_u64.to_le_bytes())).await?;
        return Ok(());
    };
    let count = u64::from_le_bytes(record.try_into().expect("eight bytes")) + 1;
    assert!(count > told.count, "an acknowledged update is gone");
    let updated = store.update(&key_of_count, revision, bound(&count.to_le_bytes())).await?;
    assert_eq!(updated, Updated::Stored, "nobody else writes it");
    told.count = count;
    let key = key(passing);
    store.create(&key, anonymous(b"passing")).await?;
    if store.destroy(&key).await? {
        told.destroyed.push(key);
    }
    Ok(())
}

// promise: L4 L5 L6
#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_is_killed_in_traffic_is_replaced_and_what_a_replica_had_is_there() {
    let Some(mut cluster) = RedisCluster::start() else { return };
    let prefix = prefix();
    let options = Options::new().prefix(&*prefix);
    let careful = options.clone().wait_replicas(1, Duration::from_secs(1));
    let careful = Arc::new(careful.connect_cluster(cluster.urls()).await.expect("it is there"));
    let (all, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let store = Arc::clone(&careful);
            tokio::spawn(write(store, number, Arc::clone(&all), Arc::clone(&stop)))
        })
        .collect();
    until(&all, 500).await;

    cluster.kill_master(0);
    // By a store that waits for nobody, as the new master has no replica: the keys of each writer can be read again.
    let plain = options.connect_cluster(cluster.urls()).await.expect("two masters are there");
    let start = Instant::now();
    for number in 0..WRITERS {
        until_it_works(async || load(&plain, &key(number)).await).await;
    }
    let recovered = start.elapsed();
    until(&all, all.load(Ordering::SeqCst) + 200).await;
    stop.store(true, Ordering::SeqCst);

    let mut kinds = BTreeMap::<String, usize>::new();
    for (number, writer) in (0..).zip(writers) {
        let told = writer.await.expect("no panic");
        let (record, _) = load(&plain, &key(number)).await.expect("it loads").expect("it is there");
        let found = u64::from_le_bytes(record.try_into().expect("eight bytes"));
        assert!(found >= told.count, "{} acknowledged, {found} found", told.count);
        for key in told.destroyed {
            assert_eq!(load(&plain, &key).await.expect("it loads"), None, "it is back");
        }
        for error in told.errors {
            let known = [ErrorKind::Unavailable, ErrorKind::Timeout].contains(&error.kind());
            assert!(known, "{error:?}");
            *kinds.entry(error.kind().to_string()).or_default() += 1;
        }
    }
    let listed = listed(&plain).await;
    assert!((0..WRITERS).all(|number| listed.contains(&key(number))), "bound and not listed");
    println!("readable again after {recovered:?}, errors in between: {kinds:?}");

    // The old master comes back, as a replica, and brings nothing back.
    cluster.restart(0);
    cluster.wait_until_served();
    for number in 0..WRITERS {
        assert!(until_it_works(async || plain.destroy(&key(number)).await).await);
        assert_eq!(load(&plain, &key(number)).await.expect("it loads"), None);
    }
}

async fn until(all: &AtomicU64, count: u64) {
    let start = Instant::now();
    while all.load(Ordering::SeqCst) < count {
        assert!(start.elapsed() < Duration::from_secs(120), "the writers do not go on");
        sleep(Duration::from_millis(10)).await;
    }
}

async fn listed(store: &RedisStore) -> Vec<StoreKey> {
    let mut keys = [StoreKey::default(); 64];
    let count = store.list("ada", None, &mut keys).await.expect("it lists");
    keys[..count].to_vec()
}

// promise: S1
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_moves_from_node_to_node_is_found_all_the_time() {
    let Some(cluster) = RedisCluster::start() else { return };
    let prefix = prefix();
    let options = Options::new().prefix(&*prefix);
    let store = options.connect_cluster(cluster.urls()).await.expect("it is there");
    store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    let name = format!("{prefix}:{KEY}");
    let masters = &cluster.nodes()[..MASTERS];
    let ask = |node: usize, command: &str| masters[node].ask(command).expect("an answer");
    let slot = ask(0, &format!("CLUSTER KEYSLOT {name}"));
    let slot = slot.trim_start_matches(':');
    let held = |node: usize| ask(node, &format!("CLUSTER COUNTKEYSINSLOT {slot}")) == ":1";
    let from = (0..MASTERS).find(|node| held(*node)).expect("one of them has it");
    let to = (from + 1) % MASTERS;
    let id = |node: usize| ask(node, "CLUSTER MYID");
    let tell = |node: usize, command: String| assert_eq!(ask(node, &command), "+OK", "{command}");

    tell(to, format!("CLUSTER SETSLOT {slot} IMPORTING {}", id(from)));
    tell(from, format!("CLUSTER SETSLOT {slot} MIGRATING {}", id(to)));
    let updated = store.update(&KEY, Revision::FIRST, anonymous(b"before")).await;
    assert_eq!(updated.expect("it is where it was"), Updated::Stored);
    let port = masters[to].port();
    tell(from, format!("MIGRATE 127.0.0.1 {port} {name} 0 5000"));
    // The old node still owns the slot, and says whom to ask.
    for revision in 2..5 {
        let updated = store.update(&KEY, Revision::new(revision), bound(b"between")).await;
        assert_eq!(updated.expect("it is on its way"), Updated::Stored);
    }
    let held = load(&store, &KEY).await.expect("it loads");
    assert_eq!(held, Some((b"between".to_vec(), Revision::new(5))));
    tell(to, format!("CLUSTER SETSLOT {slot} NODE {}", id(to)));
    tell(from, format!("CLUSTER SETSLOT {slot} NODE {}", id(to)));
    let updated = store.update(&KEY, Revision::new(5), anonymous(b"after")).await;
    assert_eq!(updated.expect("it has moved"), Updated::Stored);
    assert!(store.destroy(&KEY).await.expect("it destroys"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_without_a_part_of_its_slots_is_unavailable() {
    let Some(mut cluster) = RedisCluster::start() else { return };
    let store = empty_on(&cluster).await;
    store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    // A master, and who would replace it.
    cluster.kill(0);
    cluster.kill(MASTERS);
    for node in [1, 2] {
        cluster.nodes()[node].wait_for("CLUSTER INFO", |info| info.contains("cluster_state:fail"));
    }
    for number in 0..8 {
        let start = Instant::now();
        let error = load(&store, &key(number)).await.expect_err("nothing is served");
        let waited = start.elapsed();
        let known = [ErrorKind::Unavailable, ErrorKind::Timeout].contains(&error.kind());
        assert!(known, "{error:?}");
        assert!(waited < Duration::from_secs(20), "{waited:?} for a time-out of a second");
    }
    cluster.restart(0);
    cluster.restart(MASTERS);
    let held = until_it_works(async || load(&store, &KEY).await).await;
    assert_eq!(held, Some((b"one".to_vec(), Revision::FIRST)));
}
