//! The futures of the driver can move between threads if the store's can.

use sansession::{Begin, End, Sessions, Slot, StoreKey, Stored, Timestamp};
use sansession_store::{NoPause, SendStore, close, end_all, end_one, open, sessions};

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
        is_send(open(store, begin));
        is_send(close(kind, store, &NoPause, end));
        is_send(sessions(store, "ada", Timestamp::ZERO, space, |_| {}));
        is_send(end_one(store, "ada", &StoreKey::default(), space));
        is_send(end_all(store, "ada", None, space));
    }
}
