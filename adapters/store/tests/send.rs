//! The futures of the driver can move between threads if the store's can.

use std::io;

use sansession::{Begin, End, Sessions, Slot, StoreKey, Stored, Timestamp};
use sansession_store::{
    NoPause, SendStore, Value, close, end_all, end_one, from_async_fns, from_fns, open, sessions,
};

fn is_send<T: Send>(_: T) {}

#[test]
fn the_drivers_futures_are_send_over_any_send_store() {
    /// That it compiles is the test.
    #[allow(dead_code)]
    fn compiles<S: SendStore>(
        store: &S,
        kind: &Sessions<Stored>,
        begin: Begin<Box<Slot>>,
        end: End<Box<Slot>>,
        space: &mut [u8],
    ) {
        is_send(open(kind, store, begin));
        is_send(close(kind, store, &NoPause, end));
        is_send(sessions(store, "ada", Timestamp::ZERO, space, |_| {}));
        is_send(end_one(store, "ada", &StoreKey::default(), space));
        is_send(end_all(store, "ada", None, space));
    }
}

fn is_send_store<S: SendStore>(_: S) {}

#[test]
fn what_is_made_of_parts_that_can_be_sent_can_be_sent() {
    let load = |_: StoreKey| Ok::<_, io::Error>(None::<Vec<u8>>);
    is_send_store(from_fns(load, |_, _| Ok(()), |_| Ok(true), |_, _| Ok(0)));
    is_send_store(from_async_fns(
        move |key| async move { load(key) },
        |_, value: Value<'_>| {
            let value = value.parts().concat();
            async move {
                drop(value);
                Ok(())
            }
        },
        async |_| Ok(true),
        async |_, _| Ok(0),
    ));
}

#[test]
#[cfg(feature = "alloc")]
fn a_store_behind_a_cache_can_be_sent_if_both_can() {
    use std::time::Duration;

    use sansession_store::Cached;

    /// That it compiles is the test.
    #[allow(dead_code)]
    fn compiles<C: SendStore, S: SendStore>(cache: C, durable: S) {
        is_send_store(Cached::new(cache, durable, Duration::ZERO, || Timestamp::ZERO));
    }
}
