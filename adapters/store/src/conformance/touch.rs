//! Touch: the time of last use rises, and nothing else changes (promise L9).

use core::time::Duration;

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, key, written};
use super::report::Finding;
use crate::contract::Store;

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        touch_raises_seen_alone,
        touch_never_lowers_seen,
        touch_never_makes_a_record,
        touch_does_not_get_in_the_way_of_an_update,
        touch_puts_the_end_off,
        touch_puts_the_end_off_by_itself,
        touch_never_brings_the_end_nearer,
    );
}

async fn touch_raises_seen_alone<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_millis(1));
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.create(&key(2), anonymous(b"other")).await?;
    let touched = subject.store.touch(&key(1), later, later.after(HOUR)).await?;
    ensure!(touched, "touch does not find the record");
    subject.holds(&key(1), Held::new(b"one", 1, later)).await?;
    subject.holds(&key(2), Held::new(b"other", 1, NOW)).await
}

async fn touch_never_lowers_seen<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_millis(1));
    subject.create(&key(1), written(b"one", later)).await?;
    let touched = subject.store.touch(&key(1), NOW, NOW.after(HOUR)).await?;
    ensure!(touched, "touch does not find the record");
    subject.holds(&key(1), Held::new(b"one", 1, later)).await
}

async fn touch_never_makes_a_record<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let touched = subject.store.touch(&key(2), NOW, NOW.after(HOUR)).await?;
    ensure!(!touched, "touch finds a record that is not there");
    subject.misses(&key(2)).await
}

async fn touch_does_not_get_in_the_way_of_an_update<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_secs(1));
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.store.touch(&key(1), later, later.after(HOUR)).await?;
    subject.update(&key(1), 1, anonymous(b"two")).await?;
    subject.holds(&key(1), Held::new(b"two", 2, later)).await
}

async fn touch_puts_the_end_off<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_secs(1));
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.store.touch(&key(1), later, later.after(HOUR)).await?;
    subject.store.sweep(NOW.after(HOUR), 10).await?;
    subject.holds(&key(1), Held::new(b"one", 1, later)).await
}

/// A request that came earlier may know of a longer lifetime.
async fn touch_puts_the_end_off_by_itself<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_secs(1));
    subject.create(&key(1), written(b"one", later)).await?;
    subject.store.touch(&key(1), NOW, NOW.after(2 * HOUR)).await?;
    subject.store.sweep(later.after(HOUR), 10).await?;
    subject.holds(&key(1), Held::new(b"one", 1, later)).await
}

/// A session whose lifetime was just made longer is touched by a request that has not heard of it.
async fn touch_never_brings_the_end_nearer<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_secs(1));
    let mut longer = anonymous(b"two");
    longer.expires = NOW.after(2 * HOUR);
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.update(&key(1), 1, longer).await?;
    subject.store.touch(&key(1), later, later.after(HOUR)).await?;
    subject.store.sweep(later.after(HOUR), 10).await?;
    subject.holds(&key(1), Held::new(b"two", 2, later)).await
}
