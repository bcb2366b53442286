//! Answers that are lost after the server did what it was asked: nothing is asked twice, and what was done is found.

mod common;

use common::proxy::{Answers, Proxy};
use common::site::{Answer, Site};
use common::{KEY, anonymous, load, prefix, scripts_run, until_it_works};
use sansession::{Active, Config, Freshness, Outcome, Revision, Slot, Timestamp, Verdict};
use sansession_redis::{Options, RedisStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _};
use sansession_test_servers::{Redis, RedisCluster};

const NOW: Timestamp = common::NOW;

/// A server, or the nodes of a cluster, behind ways that can fail.
struct Way<Server> {
    servers: Server,
    proxies: Vec<Proxy>,
    store: RedisStore,
}

async fn to_one() -> Option<Way<Redis>> {
    let servers = Redis::start()?;
    let proxy = Proxy::to(servers.port());
    let store = Options::new().prefix(prefix()).connect(proxy.url()).await.expect("it is there");
    Some(Way { servers, proxies: vec![proxy], store })
}

async fn to_cluster() -> Option<Way<RedisCluster>> {
    let proxies: [Proxy; 6] = std::array::from_fn(|_| Proxy::new());
    let ports = proxies.each_ref().map(Proxy::port);
    let servers = RedisCluster::start_behind(ports, |node, port| proxies[node].lead_to(port))?;
    let urls = proxies.each_ref().map(Proxy::url);
    let store = Options::new().prefix(prefix()).connect_cluster(urls).await.expect("it is there");
    Some(Way { servers, proxies: proxies.into(), store })
}

impl<Server> Way<Server> {
    fn set(&self, answers: Answers) {
        self.proxies.iter().for_each(|proxy| proxy.set(answers));
    }
}

impl Way<Redis> {
    fn scripts_run(&self) -> u64 {
        scripts_run(&self.servers)
    }
}

impl Way<RedisCluster> {
    fn scripts_run(&self) -> u64 {
        self.servers.nodes().iter().map(scripts_run).sum()
    }
}

/// Updates with the answer lost: an error of this kind, one run on the server, and the record there once.
async fn is_not_repeated<Server>(
    way: &Way<Server>,
    scripts_run: impl Fn() -> u64,
    answers: Answers,
    kind: ErrorKind,
) {
    let store = &way.store;
    store.destroy(&KEY).await.expect("it destroys");
    let created = store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    assert_eq!(created, Created::Stored);
    store.update(&KEY, Revision::new(1), anonymous(b"two")).await.expect("the script is known");
    let before = scripts_run();

    way.set(answers);
    let updated = store.update(&KEY, Revision::new(2), anonymous(b"three")).await;
    way.set(Answers::Pass);

    let error = updated.expect_err("no answer came");
    assert_eq!(error.kind(), kind, "{error:?}");
    let held = until_it_works(async || load(store, &KEY).await).await;
    assert_eq!(held, Some((b"three".to_vec(), Revision::new(3))));
    assert_eq!(scripts_run(), before + 1, "runs of the script");
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn one_server_is_never_asked_again_when_an_answer_is_lost() {
    let Some(way) = to_one().await else { return };
    let runs = || way.scripts_run();
    is_not_repeated(&way, runs, Answers::Cut, ErrorKind::Unavailable).await;
    is_not_repeated(&way, runs, Answers::Wait, ErrorKind::Timeout).await;
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_never_asked_again_when_an_answer_is_lost() {
    let Some(way) = to_cluster().await else { return };
    let runs = || way.scripts_run();
    is_not_repeated(&way, runs, Answers::Cut, ErrorKind::Unavailable).await;
    is_not_repeated(&way, runs, Answers::Wait, ErrorKind::Timeout).await;
}

fn regenerate(active: &mut Active<&mut Slot>) {
    active.regenerate();
}

fn log_in(active: &mut Active<&mut Slot>) {
    active.login("ada").expect("room");
}

/// Does what gives a session another id, with the answer to that lost.
async fn is_recognised<Server>(way: &Way<Server>, acts: &[fn(&mut Active<&mut Slot>)]) {
    let site = Site::new(Config::new());
    for act in acts {
        let cookie = site.start(&way.store, NOW).await;
        // The update's script may be new to the server; then the lost answer is that it does not have it.
        let (_, ()) = site.visit(&way.store, Some(&cookie), NOW, warm).await;
        let (answer, ()) = site
            .visit(&way.store, Some(&cookie), NOW, |active| {
                act(active);
                way.set(Answers::Cut);
            })
            .await;
        way.set(Answers::Pass);
        assert!(answer.cause.is_some(), "the answer was lost");
        assert_eq!(answer.outcome, Outcome::Rotated, "{:?}", answer.cause);
        let new = answer.cookie.expect("a new id");
        let (again, colour) = site.visit(&way.store, Some(&new), NOW, colour).await;
        assert_eq!((again.verdict, colour.as_deref()), (Verdict::Resumed, Some("blue")));
        let (old, ()): (Answer, ()) = site.visit(&way.store, Some(&cookie), NOW, |_| ()).await;
        assert_eq!(old.verdict, Verdict::Unknown, "the old id");
    }
}

fn warm(active: &mut Active<&mut Slot>) {
    active.insert_str("size", "large").expect("room");
}

fn colour(active: &mut Active<&mut Slot>) -> Option<String> {
    active.get("colour").expect("text").map(str::to_owned)
}

// promise: L17
#[tokio::test(flavor = "multi_thread")]
async fn one_servers_lost_answer_to_a_rotation_is_recognised() {
    let Some(way) = to_one().await else { return };
    is_recognised(&way, &[regenerate, log_in]).await;
}

// promise: L17
#[tokio::test(flavor = "multi_thread")]
async fn a_clusters_lost_answer_to_a_rotation_is_recognised() {
    let Some(way) = to_cluster().await else { return };
    // The first answer to a login is that the entry in the index has to be made: nothing is done yet.
    is_recognised(&way, &[regenerate]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nothing_comes_is_replaced() {
    let Some(way) = to_one().await else { return };
    way.store.create(&KEY, anonymous(b"one")).await.expect("it creates");
    way.proxies[0].forsake();
    let error = load(&way.store, &KEY).await.expect_err("nothing comes");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let held = until_it_works(async || load(&way.store, &KEY).await).await;
    assert_eq!(held, Some((b"one".to_vec(), Revision::FIRST)));
}

// promise: S2
#[tokio::test(flavor = "multi_thread")]
async fn answers_never_come_to_the_wrong_call() {
    let Some(way) = to_one().await else { return };
    let store = &way.store;
    for number in 0..8 {
        let record = [number; 40];
        let key = common::key(number.into());
        store.create(&key, anonymous(&record)).await.expect("it creates");
    }
    for round in 0..400_u32 {
        // One call is given up, while another waits behind it on the same connection.
        let (given_up, kept) = (common::key(round % 7), common::key(7));
        let mut space = [0; 40];
        let dropped = store.load(&given_up, &mut space, Freshness::Latest);
        let kept = load(store, &kept);
        let ((), kept) = tokio::join!(after_polls(dropped, 1 + round % 3), kept);
        assert_eq!(kept.expect("it loads"), Some((vec![7; 40], Revision::FIRST)), "{round}");
    }
}

/// Polls a few times, then gives up.
async fn after_polls(call: impl Future, polls: u32) {
    let mut call = Box::pin(call);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        left -= 1;
        match call.as_mut().poll(context) {
            std::task::Poll::Pending if left > 0 => {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
            _ => std::task::Poll::Ready(()),
        }
    })
    .await;
}
