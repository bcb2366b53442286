//! Sweep: expired records go, up to a limit, and no others (promise L13).

use core::time::Duration;

use sansession::Timestamp;

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, bound, key, until};
use super::report::Finding;
use crate::contract::Store;

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run: sweep_leaves_the_living, sweep_goes_by_the_last_update);
    check!(run, SweepByGivenTime: sweep_takes_what_ends_now);
    check!(run, SweepByGivenTime, BoundedSweep: sweep_stops_at_its_limit);
}

/// Sweeps until nothing has been found for a while, and says how many were. A store may look at a part at a time.
async fn sweep<S: Store>(
    subject: &Subject<S>,
    now: Timestamp,
    limit: usize,
) -> Result<usize, Finding> {
    let (mut taken, mut in_vain) = (0, 0);
    while in_vain < 16 {
        let count = subject.store.sweep(now, limit).await?;
        ensure!(count <= limit, "a sweep for {limit} records took {count}");
        in_vain = if count == 0 { in_vain + 1 } else { 0 };
        taken += count;
    }
    Ok(taken)
}

async fn sweep_leaves_the_living<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let end = NOW.after(HOUR);
    subject.create(&key(1), anonymous(b"ends")).await?;
    let lives = until(end.after(Duration::from_millis(1)), bound(b"lives", "ada"));
    subject.create(&key(2), lives).await?;
    sweep(&subject, end, 10).await?;
    subject.holds(&key(2), Held::new(b"lives", 1, NOW)).await?;
    let listed = super::list::finds(&subject.store, "ada", &key(2)).await?;
    ensure!(listed, "a sweep took the index entry of a living session");
    Ok(())
}

async fn sweep_goes_by_the_last_update<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let longer = until(NOW.after(2 * HOUR), anonymous(b"two"));
    subject.update(&key(1), 1, longer).await?;
    sweep(&subject, NOW.after(HOUR), 10).await?;
    subject.holds(&key(1), Held::new(b"two", 2, NOW)).await
}

async fn sweep_takes_what_ends_now<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let end = NOW.after(HOUR);
    let sooner = until(end, anonymous(b"ended"));
    let later = until(end.after(Duration::from_millis(1)), anonymous(b"lives"));
    for number in [1, 2, 3] {
        subject.create(&key(number), sooner).await?;
    }
    subject.create(&key(4), later).await?;
    subject.create(&key(5), sooner.bound_to("ada")).await?;
    // One more ends only by its last update.
    subject.create(&key(6), later).await?;
    subject.update(&key(6), 1, sooner).await?;
    ensure_eq!(sweep(&subject, end, 10).await?, 5, "the number of records swept");
    for number in [1, 2, 3, 5, 6] {
        subject.misses(&key(number)).await?;
    }
    subject.holds(&key(4), Held::new(b"lives", 1, NOW)).await
}

async fn sweep_stops_at_its_limit<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    for number in 0..5 {
        subject.create(&key(number), anonymous(b"ended")).await?;
    }
    let end = NOW.after(HOUR);
    ensure_eq!(subject.store.sweep(end, 0).await?, 0, "the number swept with a limit of 0");
    ensure_eq!(sweep(&subject, end, 2).await?, 5, "the number swept in portions");
    Ok(())
}
