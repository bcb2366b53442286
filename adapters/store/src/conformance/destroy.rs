//! Destroy: gone, once, and for good (promise L5).

use sansession::Revision;

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, bound, key};
use super::report::Finding;
use crate::contract::{Store, Updated};

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        destroy_takes_a_record_away_once,
        destroy_asks_for_no_revision,
        destroy_leaves_other_records_alone,
        destroyed_records_stay_destroyed,
    );
}

async fn destroy_takes_a_record_away_once<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    ensure!(!subject.store.destroy(&key(1)).await?, "destroy finds a record that is not there");
    subject.create(&key(1), anonymous(b"one")).await?;
    ensure!(subject.store.destroy(&key(1)).await?, "destroy does not find the record");
    subject.misses(&key(1)).await?;
    ensure!(!subject.store.destroy(&key(1)).await?, "destroy finds a record that is destroyed");
    Ok(())
}

async fn destroy_asks_for_no_revision<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.update(&key(1), 1, bound(b"two", "ada")).await?;
    subject.update(&key(1), 2, bound(b"three", "ada")).await?;
    ensure!(subject.store.destroy(&key(1)).await?, "destroy does not find the record");
    subject.misses(&key(1)).await
}

async fn destroy_leaves_other_records_alone<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.create(&key(2), anonymous(b"other")).await?;
    subject.store.destroy(&key(1)).await?;
    subject.holds(&key(2), Held::new(b"other", 1, NOW)).await
}

// promise: L5
async fn destroyed_records_stay_destroyed<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), bound(b"one", "ada")).await?;
    subject.store.destroy(&key(1)).await?;
    let updated = subject.store.update(&key(1), Revision::FIRST, bound(b"two", "ada")).await?;
    ensure_eq!(updated, Updated::Missing, "update of a destroyed record");
    let touched = subject.store.touch(&key(1), NOW, NOW.after(HOUR)).await?;
    ensure!(!touched, "touch finds a record that is destroyed");
    subject.misses(&key(1)).await
}
