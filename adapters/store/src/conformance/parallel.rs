//! Contention again, by tasks that run in parallel.

use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Poll, Waker};
use std::boxed::Box;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Vec;

use super::contention::{self, RIVALS, counted_all};
use super::fixture::{Held, NOW, Subject, anonymous, key};
use super::report::Finding;
use super::{Kit, Need, Run, requests};
use crate::contract::SendStore;

/// A task to be started.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Starts a task on a thread of its own.
pub fn on_threads(task: Task) {
    std::thread::spawn(|| pollster::block_on(task));
}

pub(super) async fn checks<S: SendStore + 'static>(
    run: &mut Run<impl AsyncFn() -> S>,
    spawn: impl Fn(Task),
) {
    let spawn: &dyn Fn(Task) = &spawn;
    run.check("updates_in_parallel_leave_one_of_them", &[], async |subject| {
        whole(subject, spawn).await
    })
    .await;
    run.check("one_create_wins_in_parallel", &[Need::CreateIfAbsent], async |subject| {
        one_create_wins(subject, spawn).await
    })
    .await;
    run.check(
        "one_update_of_a_revision_wins_in_parallel",
        &[Need::CompareAndSwap],
        async |subject| one_update_wins(subject, spawn).await,
    )
    .await;
    run.check("counting_in_parallel_loses_nothing", &[Need::CompareAndSwap], async |subject| {
        counting(subject, spawn).await
    })
    .await;
    run.check(
        "no_update_brings_a_record_back_in_parallel",
        &[Need::UpdateIfExists],
        async |subject| no_update_after_destroy(subject, spawn).await,
    )
    .await;
    run.check(
        "no_touch_undoes_an_update_in_parallel",
        &[Need::TouchWithoutRewrite],
        async |subject| touching(subject, spawn).await,
    )
    .await;
    run.check(
        "requests_of_one_session_in_parallel_lose_nothing",
        &[Need::CompareAndSwap],
        async |subject| requests::lose_nothing(subject, spawn).await,
    )
    .await;
}

async fn whole<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let done = all(spawn, RIVALS, |rival| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::update_whole(&*store, rival).await })
    });
    done.await?;
    contention::is_whole(&again(store, kit)?).await
}

async fn touching<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let done = all(spawn, RIVALS, |rival| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::touch_or_update(&*store, rival).await })
    });
    done.await?;
    contention::is_updated_and_touched(&again(store, kit)?).await
}

async fn one_create_wins<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let wins = all(spawn, RIVALS, |rival| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::create(&*store, rival).await })
    });
    let winner = only(&wins.await?)?;
    again(store, kit)?.holds(&key(1), Held::new(&winner.to_le_bytes(), 1, NOW)).await
}

async fn one_update_wins<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let wins = all(spawn, RIVALS, |rival| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::update(&*store, rival).await })
    });
    let winner = only(&wins.await?)?;
    again(store, kit)?.holds(&key(1), Held::new(&winner.to_le_bytes(), 2, NOW)).await
}

async fn counting<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(&0_u64.to_le_bytes())).await?;
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let counted = all(spawn, RIVALS, |_| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::count(&*store).await })
    });
    let counted = counted.await?;
    counted_all(&again(store, kit)?, counted.iter().sum()).await
}

async fn no_update_after_destroy<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let done = all(spawn, RIVALS, |rival| {
        let store = Arc::clone(&store);
        Box::pin(async move { contention::destroy_or_update(&*store, rival).await })
    });
    done.await?;
    again(store, kit)?.misses(&key(1)).await
}

/// The one that won.
fn only(wins: &[bool]) -> Result<u64, Finding> {
    let winners: Vec<u64> =
        (0..).zip(wins).filter_map(|(rival, won)| won.then_some(rival)).collect();
    match winners[..] {
        [winner] => Ok(winner),
        _ => Err(Finding(std::format!("these say that they won: {winners:?}"))),
    }
}

/// The store, which the tasks are done with.
pub(super) fn again<S>(store: Arc<S>, kit: Kit) -> Result<Subject<S>, Finding> {
    match Arc::try_unwrap(store) {
        Ok(store) => Ok(Subject { store, kit }),
        Err(_) => Err(Finding("a task still runs".into())),
    }
}

/// What a rival does.
pub(super) type Work<T> = Pin<Box<dyn Future<Output = Result<T, Finding>> + Send>>;

/// What the tasks leave, and who waits for it.
struct Results<T> {
    results: Vec<(u64, Result<T, Finding>)>,
    waiting: Option<Waker>,
}

/// Starts all rivals, waits for them, and hands their results back in order.
pub(super) async fn all<T: Send + 'static>(
    spawn: &dyn Fn(Task),
    rivals: u64,
    rival: impl Fn(u64) -> Work<T>,
) -> Result<Vec<T>, Finding> {
    let done = Arc::new(Mutex::new(Results { results: Vec::new(), waiting: None }));
    for number in 0..rivals {
        let (work, done) = (rival(number), Arc::clone(&done));
        spawn(Box::pin(async move {
            // The work is dropped, with its hold on the store, before it is told to be done.
            let result = work.await;
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.results.push((number, result));
            done.waiting.take().inspect(Waker::wake_by_ref);
        }));
    }
    let mut results = poll_fn(|context| {
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.results.len() as u64 == rivals {
            return Poll::Ready(core::mem::take(&mut done.results));
        }
        done.waiting = Some(context.waker().clone());
        Poll::Pending
    })
    .await;
    results.sort_unstable_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
