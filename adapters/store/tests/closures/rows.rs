//! Maps that keep bytes, and stores of functions over them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use sansession::{StoreKey, Timestamp};
use sansession_store::{FnStoreError, SendStore, Value, from_async_fns, from_fns};

pub(crate) type Map = BTreeMap<StoreKey, Vec<u8>>;

#[derive(Default)]
pub(crate) struct Rows(Mutex<Map>);

thread_local! {
    /// What the save functions of this thread were told: when their values end, and how long that is.
    pub(crate) static SENT: RefCell<Vec<(Timestamp, Duration)>> = const { RefCell::new(Vec::new()) };
}

impl Rows {
    /// For as long as the test runs.
    pub(crate) fn leak() -> &'static Self {
        Box::leak(Box::default())
    }

    pub(crate) fn get(&self) -> MutexGuard<'_, Map> {
        self.0.lock().expect("no test panics while it holds the lock")
    }

    pub(crate) fn saved(&self, key: &StoreKey) -> Option<Vec<u8>> {
        self.get().get(key).cloned()
    }
}

/// Takes away up to `limit` values that have ended.
pub(crate) fn sweep(rows: &mut Map, now: Timestamp, limit: usize) -> usize {
    let ended = |value: &Vec<u8>| Value::expires_of(value).is_some_and(|end| end <= now);
    let keys = rows.iter().filter(|(_, value)| ended(value)).map(|(key, _)| *key);
    let keys: Vec<StoreKey> = keys.take(limit).collect();
    keys.iter().filter(|key| rows.remove(*key).is_some()).count()
}

/// Of functions that answer at once.
pub(crate) fn sent(
    rows: &'static Rows,
) -> impl SendStore<Error = FnStoreError<Infallible>> + use<> {
    from_fns(
        |key| Ok::<_, Infallible>(rows.saved(&key)),
        |key, value| {
            SENT.with_borrow_mut(|sent| sent.push((value.expires(), value.remaining())));
            rows.get().insert(key, value.parts().concat());
            Ok(())
        },
        |key| Ok(rows.get().remove(&key).is_some()),
        |now, limit| Ok(sweep(&mut rows.get(), now, limit)),
    )
}

/// Of functions that let others go first, before and after.
pub(crate) fn paused(
    rows: &'static Rows,
) -> impl SendStore<Error = FnStoreError<Infallible>> + use<> {
    from_async_fns(
        move |key| paused_around(move || Ok::<_, Infallible>(rows.saved(&key))),
        move |key, value| {
            let value = value.parts().concat();
            paused_around(move || {
                rows.get().insert(key, value);
                Ok(())
            })
        },
        move |key| paused_around(move || Ok(rows.get().remove(&key).is_some())),
        move |now, limit| paused_around(move || Ok(sweep(&mut rows.get(), now, limit))),
    )
}

async fn paused_around<T>(act: impl FnOnce() -> T) -> T {
    pause().await;
    let result = act();
    pause().await;
    result
}

async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
