//! Many requests of one browser at the same time, through the driver.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{NOW, Postgres, store};
use sansession::{Config, Ending, Key, KeyRing, Outcome, Sessions, Slot};
use sansession_store::{NoPause, SendPause, close};
use tokio::task::JoinSet;

const TASKS: u16 = 50;

/// Waits longer after each lost race, and each task in its own way.
struct Apart(u16);

impl SendPause for Apart {
    async fn pause(&self, attempt: u8) {
        let share = u64::from(self.0 % 10 + 1) << attempt.min(5);
        tokio::time::sleep(Duration::from_micros(200 * share)).await;
    }
}

// promise: L6
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_fifty_tasks_were_told_is_stored_is_there() {
    let Some(server) = Postgres::shared() else { return };
    let store = Arc::new(store(&server).await);
    let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a good key"));
    let sessions = Sessions::stored(Config::new(), &keys).expect("a good configuration");
    let sessions = Arc::new(sessions);

    let mut slot = Slot::<[u8; 4096]>::new();
    let mut active = sansession_store::open(&*store, sessions.begin([], NOW, slot.erase()))
        .await
        .expect("it opens");
    active.insert_str("base", "here").expect("room");
    let end = sessions.finish(active, Ending::Answered, NOW, &mut getrandom::SysRng);
    let made = close(&sessions, &*store, &NoPause, end.expect("random bytes")).await;
    let cookie = made.reply.set_cookie(&sessions).expect("a cookie").to_string();
    let cookie = Arc::new(cookie.split(';').next().expect("it has a value").to_owned());

    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, sessions, cookie) = (store.clone(), sessions.clone(), cookie.clone());
        tasks.spawn(async move {
            let slot: Box<Slot> = Box::new(Slot::<[u8; 4096]>::new());
            let begin = sessions.begin([cookie.as_bytes()], NOW, slot);
            let mut active = sansession_store::open(&*store, begin).await.expect("it opens");
            active.insert(&format!("task {task}"), &task).expect("room");
            let end = sessions.finish(active, Ending::Answered, NOW, &mut getrandom::SysRng);
            let end = end.expect("random bytes");
            let finished = close(&sessions, &*store, &Apart(task), end).await;
            assert!(finished.cause.is_none(), "{:?}", finished.cause);
            (task, finished.reply.outcome())
        });
    }
    let outcomes = tasks.join_all().await;

    let begin = sessions.begin([cookie.as_bytes()], NOW, slot.erase());
    let active = sansession_store::open(&*store, begin).await.expect("it opens");
    assert_eq!(active.get("base").expect("readable"), Some("here"));
    let mut stored = 0;
    for (task, outcome) in outcomes {
        let found = active.get::<u16>(&format!("task {task}")).expect("readable");
        match outcome {
            Outcome::Updated => assert_eq!(found, Some(task), "acknowledged and lost"),
            Outcome::Conflict => assert_eq!(found, None, "refused and stored"),
            other => panic!("{other}"),
        }
        stored += u16::from(outcome == Outcome::Updated);
    }
    println!("{stored} of {TASKS} stored, the others told of a conflict");
    assert!(stored > 0);
}
