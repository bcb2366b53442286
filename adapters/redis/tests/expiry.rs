//! What ends: by the server's clock, after the time that it had left by the host's.

mod common;

use std::time::Duration;

use common::{KEY, anonymous, bound, key, load, prefix, until_it_works};
use futures_util::future::join_all;
use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_redis::{Options, RedisStore};
use sansession_store::{Created, SendStore as _, Updated};
use sansession_test_servers::Redis;

const HOUR: Duration = Duration::from_secs(3600);

/// What a test needs to look behind a store.
struct Behind {
    server: Redis,
    prefix: String,
    store: RedisStore,
}

async fn behind() -> Option<Behind> {
    let server = Redis::start()?;
    let prefix = prefix();
    let options = Options::new().prefix(&*prefix).linger(Duration::ZERO);
    let store = options.connect(server.url()).await.expect("it is there");
    Some(Behind { server, prefix, store })
}

impl Behind {
    fn number(&self, command: &str) -> i64 {
        let answer = self.server.ask(command).expect("an answer");
        answer.strip_prefix(':').and_then(|it| it.parse().ok()).unwrap_or_else(|| {
            panic!("{command} is answered with {answer}");
        })
    }

    /// How long the record has left, checked to be this, less what the test may have taken.
    fn assert_left(&self, left: Duration) {
        let found = self.number(&format!("PTTL {}:{KEY}", self.prefix));
        let left = i64::try_from(left.as_millis()).expect("not so long");
        assert!((left - 60_000..=left).contains(&found), "{found} ms left, and not {left}");
    }

    /// The names of the parts of the index that there are.
    fn indexes(&self) -> Vec<String> {
        let names = (0..=u8::MAX).map(|shard| format!("{}:{{index:{shard:02x}}}", self.prefix));
        names.filter(|name| self.number(&format!("EXISTS {name}")) == 1).collect()
    }
}

// promise: S1 L8
#[tokio::test(flavor = "multi_thread")]
async fn a_hosts_clock_may_show_any_time() {
    let Some(it) = behind().await else { return };
    // Years behind the server's, years ahead, and none at all.
    for secs in [1_000_000_000, 4_000_000_000, 0] {
        let now = Timestamp::from_secs(secs);
        let write = Write::new(b"one", now, now.after(HOUR));
        assert_eq!(it.store.create(&KEY, write).await.expect("created"), Created::Stored);
        it.assert_left(HOUR);
        let longer = Write::new(b"two", now, now.after(2 * HOUR));
        it.store.update(&KEY, Revision::FIRST, longer).await.expect("updated");
        it.assert_left(2 * HOUR);
        assert!(it.store.destroy(&KEY).await.expect("destroyed"));
    }
}

// promise: L9
#[tokio::test(flavor = "multi_thread")]
async fn a_touch_only_puts_the_end_off_and_an_update_sets_it() {
    let Some(it) = behind().await else { return };
    let now = common::NOW;
    it.store.create(&KEY, anonymous(b"one")).await.expect("created");
    it.assert_left(HOUR);
    assert!(it.store.touch(&KEY, now, now.after(3 * HOUR)).await.expect("touched"));
    it.assert_left(3 * HOUR);
    assert!(it.store.touch(&KEY, now, now.after(HOUR)).await.expect("touched"));
    it.assert_left(3 * HOUR);
    it.store.update(&KEY, Revision::FIRST, anonymous(b"two")).await.expect("updated");
    it.assert_left(HOUR);
}

// promise: L7
#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_gone_when_its_time_is_over() {
    let Some(it) = behind().await else { return };
    let end = common::NOW.after(Duration::from_millis(50));
    for expires in [end, common::NOW, Timestamp::ZERO] {
        let write = Write::new(b"one", common::NOW, expires);
        assert_eq!(it.store.create(&KEY, write).await.expect("created"), Created::Stored);
        until_it_works(async || match load(&it.store, &KEY).await {
            Ok(None) => Ok(()),
            there => Err(there),
        })
        .await;
        let updated = it.store.update(&KEY, Revision::FIRST, write).await;
        assert_eq!(updated.expect("an answer"), Updated::Missing);
    }
}

// promise: L14
#[tokio::test(flavor = "multi_thread")]
async fn a_record_lingers_so_that_its_end_can_be_told() {
    let Some(mut it) = behind().await else { return };
    let options = Options::new().prefix(&*it.prefix);
    it.store = options.clone().connect(it.server.url()).await.expect("it is there");
    let over = Write::new(b"one", common::NOW, common::NOW);
    assert_eq!(it.store.create(&KEY, over).await.expect("created"), Created::Stored);
    it.assert_left(Duration::from_secs(60));
    it.store = options.linger(2 * HOUR).connect(it.server.url()).await.expect("it is there");
    it.store.update(&KEY, Revision::FIRST, anonymous(b"two")).await.expect("updated");
    it.assert_left(3 * HOUR);
    assert!(it.store.touch(&KEY, common::NOW, common::NOW.after(2 * HOUR)).await.expect("touched"));
    it.assert_left(4 * HOUR);
    let options = Options::new().prefix(&*it.prefix).linger(Duration::MAX);
    it.store = options.connect(it.server.url()).await.expect("it is there");
    let updated = it.store.update(&KEY, Revision::FIRST.next(), anonymous(b"three")).await;
    assert_eq!(updated.expect("no time is too long"), Updated::Stored);
}

// promise: L13
#[tokio::test(flavor = "multi_thread")]
async fn the_room_of_a_hundred_thousand_sessions_comes_back_by_itself() {
    const SESSIONS: u32 = 100_000;
    let Some(server) = Redis::start_with(&["--appendonly", "no"]) else { return };
    let options = Options::new().prefix(prefix()).linger(Duration::ZERO);
    let store = options.connect(server.url()).await.expect("it is there");
    let used = || {
        let text = server.ask("INFO memory").expect("an answer");
        let line = text.lines().find_map(|line| line.strip_prefix("used_memory:"));
        line.and_then(|bytes| bytes.parse::<u64>().ok()).expect("a number")
    };
    let before = used();
    let end = common::NOW.after(Duration::from_secs(4));
    let numbers: Vec<u32> = (0..SESSIONS).collect();
    let mut most = 0;
    for numbers in numbers.chunks(1000) {
        let creates = numbers.iter().map(|number| {
            let (store, key) = (&store, key(*number));
            async move { store.create(&key, Write::new(&[7; 100], common::NOW, end)).await }
        });
        for created in join_all(creates).await {
            assert_eq!(created.expect("created"), Created::Stored);
        }
        most = most.max(used());
    }
    let empty = async || match server.ask("DBSIZE").expect("an answer") {
        size if size == ":0" => Ok(()),
        size => Err(size),
    };
    until_it_works(empty).await;
    let (peak, left) = (most - before, used().saturating_sub(before));
    assert!(left < peak / 10, "{left} bytes of {peak} are still in use");
}

// promise: L11 L13
#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_forgets_who_is_gone_and_nobody_else() {
    let Some(it) = behind().await else { return };
    let short = common::NOW.after(Duration::from_millis(50));
    for number in 0..20 {
        let gone = Write::new(b"gone", common::NOW, short).bound_to("ada");
        it.store.create(&key(number), gone).await.expect("created");
    }
    it.store.create(&key(20), bound(b"lives")).await.expect("created");
    // This one is somebody else's now.
    it.store.create(&key(21), bound(b"moves")).await.expect("created");
    let moved = anonymous(b"moved").bound_to("grace");
    it.store.update(&key(21), Revision::FIRST, moved).await.expect("updated");
    until_it_works(async || match load(&it.store, &key(19)).await {
        Ok(None) => Ok(()),
        there => Err(there),
    })
    .await;
    let sweep = async |limit| {
        // Each part of the index, and the first one once more.
        for _ in 0..=256 {
            assert_eq!(it.store.sweep(common::NOW, limit).await.expect("it sweeps"), 0);
        }
    };
    let listed = async |name| {
        let mut keys = [StoreKey::default(); 32];
        let count = it.store.list(name, None, &mut keys).await.expect("it lists");
        keys[..count].to_vec()
    };

    sweep(100).await;
    assert_eq!(listed("ada").await.len(), 22, "the records of new entries may be on their way");

    let indexes = it.indexes();
    assert_eq!(indexes.len(), 2, "ada's and grace's");
    for index in &indexes {
        // What the server does after ten minutes.
        assert_eq!(it.number(&format!("DEL {index}:latest")), 1);
    }
    let entries =
        || -> i64 { indexes.iter().map(|index| it.number(&format!("ZCARD {index}"))).sum() };
    let mut fewer = vec![entries()];
    while fewer.last() != Some(&2) && fewer.len() < 4000 {
        assert_eq!(it.store.sweep(common::NOW, 7).await.expect("it sweeps"), 0);
        fewer.push(entries());
    }
    assert!(fewer.windows(2).all(|two| two[0] - two[1] <= 7), "a sweep for 7 took more");
    assert_eq!(listed("ada").await, [key(20)]);
    assert_eq!(listed("grace").await, [key(21)]);
    sweep(7).await;
    assert_eq!(entries(), 2, "the living stay");
}

// promise: L11
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_destroyed_leaves_the_index() {
    let Some(it) = behind().await else { return };
    it.store.create(&KEY, bound(b"one")).await.expect("created");
    assert_eq!(it.indexes().len(), 1);
    assert!(it.store.destroy(&KEY).await.expect("destroyed"));
    assert_eq!(it.indexes(), [] as [String; 0]);
}
