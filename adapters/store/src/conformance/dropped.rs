//! Dropped calls: each is done completely or not at all (promise S2).
//!
//! A server drops a request's future when the browser hangs up, wherever it is. Here each call is dropped at its first
//! point of waiting, at its second, and so on. What it asked for may still be on its way, so both states are good.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use sansession::{Revision, Timestamp};

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, bound, bytes, key, written};
use super::report::Finding;
use crate::contract::{Store, Updated};

/// Points of waiting tried.
const POINTS: u64 = 8;

const LATER: Timestamp = Timestamp::from_secs(NOW.as_secs() + 1);

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        a_dropped_create_is_whole,
        a_dropped_update_is_whole,
        a_dropped_touch_is_whole,
        a_dropped_destroy_is_whole,
    );
}

/// Drops `call` at its `point`th point of waiting.
async fn dropped<T>(call: impl Future<Output = T>, point: u64) {
    let mut call = pin!(call);
    let mut polls = 0;
    poll_fn(|context| {
        polls += 1;
        match call.as_mut().poll(context) {
            Poll::Pending if polls < point => Poll::Pending,
            _ => Poll::Ready(()),
        }
    })
    .await;
}

async fn a_dropped_create_is_whole<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let record = bytes(300, 1);
    for point in 1..=POINTS {
        dropped(subject.store.create(&key(point), bound(&record, "ada")), point).await;
        let whole = [None, Some(Held::new(&record, 1, NOW))];
        let found = subject.load(&key(point)).await?;
        ensure!(whole.contains(&found), "dropped at {point}, create leaves {found:?}");
        if found.is_some() {
            ensure!(
                super::list::finds(&subject.store, "ada", &key(point)).await?,
                "dropped at {point}, create leaves a record that is bound and not listed"
            );
        }
    }
    Ok(())
}

async fn a_dropped_update_is_whole<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let (old, new) = (bytes(300, 1), bytes(400, 2));
    for point in 1..=POINTS {
        let key = key(point);
        subject.create(&key, anonymous(&old)).await?;
        let write = written(&new, LATER);
        dropped(subject.store.update(&key, Revision::FIRST, write), point).await;
        let whole = [Some(Held::new(&old, 1, NOW)), Some(Held::new(&new, 2, LATER))];
        let found = subject.load(&key).await?;
        ensure!(whole.contains(&found), "dropped at {point}, update leaves {found:?}");
        // The store is not stuck: whoever reads it can write it.
        let mut updated = Updated::Conflict;
        for _ in 0..4 {
            if let Some(held) = subject.load(&key).await? {
                updated = subject.store.update(&key, held.meta.revision, write).await?;
            }
            if updated == Updated::Stored {
                break;
            }
        }
        ensure_eq!(updated, Updated::Stored, "the update after one dropped at {point}");
    }
    Ok(())
}

async fn a_dropped_touch_is_whole<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    for point in 1..=POINTS {
        let key = key(point);
        subject.create(&key, anonymous(b"one")).await?;
        dropped(subject.store.touch(&key, LATER, LATER.after(HOUR)), point).await;
        let whole = [Some(Held::new(b"one", 1, NOW)), Some(Held::new(b"one", 1, LATER))];
        let found = subject.load(&key).await?;
        ensure!(whole.contains(&found), "dropped at {point}, touch leaves {found:?}");
        // If `seen` has risen, so has the end.
        if found == whole[1] {
            let end = Timestamp::from_millis(LATER.after(HOUR).as_millis() - 1);
            subject.store.sweep(end, 64).await?;
            subject.holds(&key, Held::new(b"one", 1, LATER)).await?;
        }
    }
    Ok(())
}

async fn a_dropped_destroy_is_whole<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    for point in 1..=POINTS {
        let key = key(point);
        subject.create(&key, bound(b"one", "ada")).await?;
        dropped(subject.store.destroy(&key), point).await;
        let whole = [Some(Held::new(b"one", 1, NOW)), None];
        let found = subject.load(&key).await?;
        ensure!(whole.contains(&found), "dropped at {point}, destroy leaves {found:?}");
        if found.is_some() && !super::list::finds(&subject.store, "ada", &key).await? {
            // What was dropped may have come to its end between the two.
            let found = subject.load(&key).await?;
            ensure_eq!(
                found,
                None,
                "dropped at {point}, destroy leaves a record that is bound and not listed"
            );
        }
    }
    Ok(())
}
