//! Contention: of many at once, one wins (promise L6).
//!
//! The bodies are shared with the checks in parallel; here their futures take turns in one task.

use core::future::Future;
use std::vec::Vec;

use futures_util::future::join_all;
use sansession::{Revision, Timestamp};

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, bytes, key, load};
use super::report::Finding;
use crate::contract::{Created, Store, Updated};

/// How many at once.
pub(super) const RIVALS: u64 = 8;

/// How often each of them counts.
pub(super) const ROUNDS: u64 = 16;

/// When the record is touched.
const TOUCHED: Timestamp = Timestamp::from_secs(NOW.as_secs() + 1);

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run: one_destroy_wins, updates_together_leave_one_of_them);
    check!(run, CreateIfAbsent: one_create_wins);
    check!(run, CompareAndSwap: one_update_of_a_revision_wins, counting_together_loses_nothing);
    check!(run, UpdateIfExists: no_update_brings_a_record_back);
    check!(run, TouchWithoutRewrite: no_touch_undoes_an_update);
}

async fn one_create_wins<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let wins = join(|rival| create(&subject.store, rival)).await?;
    let [(winner, true)] = won(&wins)[..] else {
        return Err(Finding(std::format!("creates that say they won: {:?}", won(&wins))));
    };
    subject.holds(&key(1), Held::new(&winner.to_le_bytes(), 1, NOW)).await
}

async fn one_update_of_a_revision_wins<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let wins = join(|rival| update(&subject.store, rival)).await?;
    let [(winner, true)] = won(&wins)[..] else {
        return Err(Finding(std::format!("updates that say they won: {:?}", won(&wins))));
    };
    subject.holds(&key(1), Held::new(&winner.to_le_bytes(), 2, NOW)).await
}

async fn updates_together_leave_one_of_them<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(&whole(RIVALS))).await?;
    join(|rival| update_whole(&subject.store, rival)).await?;
    is_whole(&subject).await
}

/// The record of a rival: as long as it takes to tell half of one from half of another.
fn whole(rival: u64) -> Vec<u8> {
    bytes(300, rival)
}

/// Replaces the first revision with a long record.
pub(super) async fn update_whole<S: Store>(store: &S, rival: u64) -> Result<(), Finding> {
    store.update(&key(1), Revision::FIRST, anonymous(&whole(rival))).await?;
    Ok(())
}

/// One of the rivals has written the record, all of it, and what stands beside it.
pub(super) async fn is_whole<S: Store>(subject: &Subject<S>) -> Result<(), Finding> {
    let found = subject.load(&key(1)).await?;
    let mut written = (0..RIVALS).map(|rival| Some(Held::new(&whole(rival), 2, NOW)));
    ensure!(written.any(|written| written == found), "updates together leave {found:?}");
    Ok(())
}

/// One of the rivals updates the record and all others touch it.
async fn no_touch_undoes_an_update<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    join(|rival| touch_or_update(&subject.store, rival)).await?;
    is_updated_and_touched(&subject).await
}

/// The update is there, and it was seen at the time of the touches.
pub(super) async fn is_updated_and_touched<S: Store>(subject: &Subject<S>) -> Result<(), Finding> {
    let updated = (RIVALS - 1).to_le_bytes();
    subject.holds(&key(1), Held::new(&updated, 2, TOUCHED)).await
}

async fn one_destroy_wins<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let wins = join(|_| destroy(&subject.store)).await?;
    ensure_eq!(won(&wins).len(), 1, "the number of destroys that say they won");
    subject.misses(&key(1)).await
}

async fn counting_together_loses_nothing<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(&0_u64.to_le_bytes())).await?;
    let counted = join(|_| count(&subject.store)).await?;
    counted_all(&subject, counted.iter().map(|(_, count)| count).sum()).await
}

/// The record counts what the winners added, and its revision how many they were.
pub(super) async fn counted_all<S: Store>(subject: &Subject<S>, wins: u64) -> Result<(), Finding> {
    ensure_eq!(wins, RIVALS * ROUNDS, "the number of updates that say they won");
    subject.holds(&key(1), Held::new(&wins.to_le_bytes(), 1 + wins, NOW)).await
}

async fn no_update_brings_a_record_back<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    join(|rival| destroy_or_update(&subject.store, rival)).await?;
    subject.misses(&key(1)).await
}

/// Creates the record, and says whether it won.
pub(super) async fn create<S: Store>(store: &S, rival: u64) -> Result<bool, Finding> {
    let record = rival.to_le_bytes();
    Ok(store.create(&key(1), anonymous(&record)).await? == Created::Stored)
}

/// Replaces the first revision of the record, and says whether it won.
pub(super) async fn update<S: Store>(store: &S, rival: u64) -> Result<bool, Finding> {
    let record = rival.to_le_bytes();
    Ok(store.update(&key(1), Revision::FIRST, anonymous(&record)).await? == Updated::Stored)
}

/// Destroys the record, and says whether it won.
pub(super) async fn destroy<S: Store>(store: &S) -> Result<bool, Finding> {
    Ok(store.destroy(&key(1)).await?)
}

/// What the rivals do when one of them, in the middle, destroys the record.
pub(super) async fn destroy_or_update<S: Store>(store: &S, rival: u64) -> Result<bool, Finding> {
    if rival == RIVALS / 2 { destroy(store).await } else { update(store, rival).await }
}

/// What the rivals do when the last of them updates the record.
pub(super) async fn touch_or_update<S: Store>(store: &S, rival: u64) -> Result<bool, Finding> {
    if rival == RIVALS - 1 {
        return update(store, rival).await;
    }
    Ok(store.touch(&key(1), TOUCHED, TOUCHED.after(HOUR)).await?)
}

/// Counts the number in the record up, `ROUNDS` times, and says how often it won.
pub(super) async fn count<S: Store>(store: &S) -> Result<u64, Finding> {
    let key = key(1);
    let mut wins = 0;
    // Every lost race is another's win, so there are at most so many tries.
    for _ in 0..RIVALS * ROUNDS {
        let Some(held) = load(store, 8, &key).await? else {
            return Err(Finding("the record is gone".into()));
        };
        let Ok(number) = <[u8; 8]>::try_from(&held.record[..]) else {
            return Err(Finding(std::format!("half a record: {:?}", held.record)));
        };
        let record = (u64::from_le_bytes(number) + 1).to_le_bytes();
        match store.update(&key, held.meta.revision, anonymous(&record)).await? {
            Updated::Stored => wins += 1,
            Updated::Conflict => {}
            other => return Err(Finding(std::format!("update says {other:?}"))),
        }
        if wins == ROUNDS {
            break;
        }
    }
    Ok(wins)
}

/// Runs all rivals in turns; their results, by rival.
async fn join<T, Task>(rival: impl Fn(u64) -> Task) -> Result<Vec<(u64, T)>, Finding>
where
    Task: Future<Output = Result<T, Finding>>,
{
    let results = join_all((0..RIVALS).map(rival)).await;
    (0..).zip(results).map(|(rival, result)| Ok((rival, result?))).collect()
}

/// Those that say that they won.
fn won(results: &[(u64, bool)]) -> Vec<(u64, bool)> {
    results.iter().copied().filter(|(_, won)| *won).collect()
}
