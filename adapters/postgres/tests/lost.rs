//! A connection that breaks, and answers that get lost on it: told as errors, and nothing is done twice.

mod common;

use std::time::Duration;

use common::{END, KEY, NOW, Postgres, Proxy, anonymous, bound, load, new_table};
use sansession::{Freshness, Revision, StoreKey};
use sansession_postgres::{NoTls, Options, PostgresStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _, Updated};

const OTHER: StoreKey = StoreKey::from_bytes([1; 16]);

/// A store behind a proxy, and another one past it, on the same table.
struct Behind {
    proxy: Proxy,
    store: PostgresStore,
    direct: PostgresStore,
}

impl Behind {
    async fn new(server: &Postgres, options: Options) -> Self {
        let proxy = Proxy::start(server.port());
        let options = options.table(new_table());
        let direct = options.clone().connect(&server.url(), NoTls).await.expect("it connects");
        let url = server.url_by(proxy.port());
        let store = options.connect(&url, NoTls).await.expect("it connects");
        Self { proxy, store, direct }
    }

    /// Makes every call once.
    async fn every_call(&self) -> u64 {
        let begin = self.proxy.round_trips();
        assert_eq!(
            self.store.create(&KEY, bound(b"one")).await.expect("it creates"),
            Created::Stored
        );
        assert!(load(&self.store, &KEY).await.is_some());
        let updated = self.store.update(&KEY, Revision::FIRST, bound(b"two")).await;
        assert_eq!(updated.expect("it updates"), Updated::Stored);
        let updated = self.store.update(&KEY, Revision::FIRST, bound(b"two")).await;
        assert_eq!(updated.expect("it answers"), Updated::Conflict);
        assert!(self.store.touch(&KEY, NOW, END).await.expect("it touches"));
        assert_eq!(self.store.list("ada", None, &mut [OTHER]).await.expect("it lists"), 1);
        assert!(self.store.destroy(&KEY).await.expect("it destroys"));
        assert_eq!(self.store.sweep(NOW, 10).await.expect("it sweeps"), 0);
        self.proxy.round_trips() - begin
    }
}

#[tokio::test]
async fn each_call_is_one_round_trip() {
    let Some(server) = Postgres::shared() else { return };
    let behind = Behind::new(&server, Options::new()).await;
    assert_eq!(behind.every_call().await, 8 + 7, "seven statements are prepared");
    assert_eq!(behind.every_call().await, 8);
    assert_eq!(behind.proxy.connections(), 1);

    let behind = Behind::new(&server, Options::new().unprepared()).await;
    assert_eq!(behind.every_call().await, 8, "nothing is prepared");
}

/// Loses the answer to an update, by `ending` what waits for it.
async fn lose_an_answer(behind: &Behind, kind: ErrorKind, ending: impl AsyncFn()) {
    let Behind { store, direct, proxy } = behind;
    // So that the statements are prepared.
    behind.every_call().await;
    direct.create(&KEY, anonymous(b"one")).await.expect("it creates");
    let connections = proxy.connections();

    proxy.swallow_answers(true);
    let (updated, ()) =
        tokio::join!(store.update(&KEY, Revision::FIRST, anonymous(b"two")), ending());
    assert_eq!(updated.expect_err("lost").kind(), kind);
    proxy.swallow_answers(false);

    let found = load(direct, &KEY).await;
    assert_eq!(found, Some((b"two".to_vec(), Revision::new(2))), "done, and once");
    assert_eq!(load(store, &KEY).await, found, "and the store goes on");
    assert_eq!(proxy.connections(), connections + 1, "on another connection");
}

// promise: L17 S2
#[tokio::test]
async fn what_was_done_and_not_answered_in_time_is_not_done_again() {
    let Some(server) = Postgres::shared() else { return };
    let behind = Behind::new(&server, Options::new().timeout(Duration::from_secs(3))).await;
    lose_an_answer(&behind, ErrorKind::Timeout, async || ()).await;
}

// promise: L17 S2
#[tokio::test]
async fn what_was_done_when_the_connection_broke_is_not_done_again() {
    let Some(server) = Postgres::shared() else { return };
    let behind = Behind::new(&server, Options::new().timeout(Duration::from_secs(60))).await;
    lose_an_answer(&behind, ErrorKind::Unavailable, async || {
        while load(&behind.direct, &KEY).await.is_some_and(|(record, _)| record == b"one") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        behind.proxy.cut();
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn a_broken_connection_is_replaced() {
    let Some(server) = Postgres::shared() else { return };
    let behind = Behind::new(&server, Options::new()).await;
    let (store, proxy) = (&behind.store, &behind.proxy);
    for _ in 0..5 {
        store.create(&KEY, anonymous(b"one")).await.expect("it creates");
        proxy.cut();
        // That it is broken may show only when it is used; that call fails, and is not made again.
        let destroyed = store.destroy(&KEY).await;
        let is_there = load(&behind.direct, &KEY).await.is_some();
        match destroyed {
            Ok(destroyed) => assert!(destroyed && !is_there),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Unavailable);
                assert!(
                    store.destroy(&KEY).await.expect("the next call has a new one") == is_there
                );
            }
        }
    }

    proxy.refuse(true);
    proxy.cut();
    for _ in 0..2 {
        let error = store.load(&KEY, &mut [], Freshness::Latest).await.expect_err("it is down");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    }
    proxy.refuse(false);
    assert_eq!(load(store, &KEY).await, None);
}
