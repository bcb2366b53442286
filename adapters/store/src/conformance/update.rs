//! Update: compare and swap, and never a record out of nothing.

use core::time::Duration;

use sansession::Revision;

use super::Run;
use super::fixture::{Held, NOW, Subject, anonymous, key, written};
use super::report::Finding;
use crate::contract::{Store, Updated};

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        update_replaces_the_record,
        update_counts_every_revision,
        update_refuses_another_revision,
        update_never_makes_a_record,
        update_never_lowers_seen,
        update_leaves_other_records_alone,
    );
}

async fn update_replaces_the_record<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_millis(1));
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.update(&key(1), 1, written(b"two", later)).await?;
    subject.holds(&key(1), Held::new(b"two", 2, later)).await
}

async fn update_counts_every_revision<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"same")).await?;
    for revision in 1..=20 {
        // Also for a record that stays as it was.
        subject.update(&key(1), revision, anonymous(b"same")).await?;
        subject.holds(&key(1), Held::new(b"same", revision + 1, NOW)).await?;
    }
    Ok(())
}

async fn update_refuses_another_revision<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_secs(1));
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.update(&key(1), 1, anonymous(b"two")).await?;
    for expected in [0, 1, 3, u64::MAX] {
        let write = written(b"lost", later);
        let updated = subject.store.update(&key(1), Revision::new(expected), write).await?;
        ensure_eq!(updated, Updated::Conflict, "update of revision {expected} where 2 is stored");
        subject.holds(&key(1), Held::new(b"two", 2, NOW)).await?;
    }
    Ok(())
}

async fn update_never_makes_a_record<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    for expected in [0, 1] {
        let write = anonymous(b"two");
        let updated = subject.store.update(&key(2), Revision::new(expected), write).await?;
        ensure_eq!(updated, Updated::Missing, "update of a record that is not there");
        subject.misses(&key(2)).await?;
    }
    Ok(())
}

async fn update_never_lowers_seen<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let later = NOW.after(Duration::from_millis(1));
    subject.create(&key(1), written(b"one", later)).await?;
    subject.update(&key(1), 1, written(b"two", NOW)).await?;
    subject.holds(&key(1), Held::new(b"two", 2, later)).await
}

async fn update_leaves_other_records_alone<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.create(&key(2), anonymous(b"other")).await?;
    subject.update(&key(1), 1, anonymous(b"two")).await?;
    subject.holds(&key(2), Held::new(b"other", 1, NOW)).await
}
