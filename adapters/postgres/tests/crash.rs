//! A server that is killed in the middle of the traffic, and started again on what it left.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{Postgres, anonymous, bound, load, new_table};
use sansession::{Revision, StoreKey};
use sansession_postgres::{NoTls, Options, PostgresStore};
use sansession_store::{Created, ErrorKind, SendStore as _, StoreError as _, Updated};
use tokio::task::JoinSet;

const KILLS: u8 = 5;
const TASKS: u8 = 6;

/// What a key may hold: one state, or two if the answer to the last change is missing. `None` is no record.
#[derive(Debug)]
struct Known {
    key: StoreKey,
    states: Vec<Option<Vec<u8>>>,
}

impl Known {
    fn asked(&mut self, state: Option<Vec<u8>>) {
        self.states.push(state);
    }

    fn answered(&mut self) {
        self.states.drain(..self.states.len() - 1);
    }
}

/// Makes sessions, changes each and ends every other one, until it is told to stop.
async fn traffic(
    store: Arc<PostgresStore>,
    stop: Arc<AtomicBool>,
    kill: u8,
    task: u8,
) -> Vec<Known> {
    let mut all = Vec::new();
    for number in 0_u32.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let mut bytes = [kill; 16];
        bytes[0] = task;
        bytes[12..].copy_from_slice(&number.to_be_bytes());
        let mut known = Known { key: StoreKey::from_bytes(bytes), states: vec![None] };
        if let Err(kind) = live(&store, &mut known, number).await {
            assert!(matches!(kind, ErrorKind::Unavailable | ErrorKind::Timeout), "{kind}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        all.push(known);
    }
    all
}

/// The life of a session, as far as the server goes along.
async fn live(store: &PostgresStore, known: &mut Known, number: u32) -> Result<(), ErrorKind> {
    let (first, second) = (number.to_le_bytes().repeat(50), number.to_be_bytes().repeat(900));
    known.asked(Some(first.clone()));
    let created = store.create(&known.key, anonymous(&first)).await;
    assert_eq!(created.map_err(|error| error.kind())?, Created::Stored);
    known.answered();
    known.asked(Some(second.clone()));
    let updated = store.update(&known.key, Revision::FIRST, bound(&second)).await;
    assert_eq!(updated.map_err(|error| error.kind())?, Updated::Stored);
    known.answered();
    if number.is_multiple_of(2) {
        known.asked(None);
        assert!(store.destroy(&known.key).await.map_err(|error| error.kind())?);
        known.answered();
    }
    Ok(())
}

// promise: S2 L4 L6
#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_there_after_a_kill() {
    let Some(mut server) = Postgres::start() else { return };
    let options = Options::new().table(new_table());
    let store = Arc::new(options.connect(&server.url(), NoTls).await.expect("it connects"));
    let (mut answered, mut open) = (0, 0);
    for kill in 0..KILLS {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            tasks.spawn(traffic(store.clone(), stop.clone(), kill, task));
        }
        tokio::time::sleep(Duration::from_millis(150 + 37 * u64::from(kill))).await;
        server.kill();
        stop.store(true, Ordering::SeqCst);
        let known: Vec<Known> = tasks.join_all().await.into_iter().flatten().collect();
        server.restart();

        let mut listed = Vec::new();
        loop {
            let mut page = [StoreKey::default(); 256];
            let count = store.list("ada", listed.last(), &mut page).await.expect("it lists");
            listed.extend_from_slice(&page[..count]);
            if count < page.len() {
                break;
            }
        }
        for Known { key, states } in known {
            let found = load(&store, &key).await.map(|(record, _)| record);
            let lens = |state: &Option<Vec<u8>>| state.as_ref().map(Vec::len);
            let (len, may_be): (_, Vec<_>) = (lens(&found), states.iter().map(lens).collect());
            assert!(
                states.contains(&found),
                "kill {kill}, key {key}: {len:?} bytes, not {may_be:?}"
            );
            let is_bound = found.is_some_and(|record| record.len() > 3000);
            assert_eq!(listed.contains(&key), is_bound, "kill {kill}, key {key}");
            match states.len() {
                1 => answered += 1,
                _ => open += 1,
            }
        }
    }
    println!("{answered} sessions whose last call was answered, {open} cut short");
    assert!(answered > KILLS.into() && open > 0, "it was killed at work");
}
