//! Records do not stay behind in memory that is freed.

use core::time::Duration;

use pollster::block_on;
use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_memory::MemoryStore;
use sansession_memory_allocator::{Observed, SECRET, leaks};
use sansession_store::{Created, SendStore as _, Updated};

#[global_allocator]
static ALLOCATOR: Observed = Observed;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const KEY: StoreKey = StoreKey::from_bytes([7; 16]);

// promise: I6
#[test]
fn records_are_wiped_however_they_go() {
    let expires = NOW.after(Duration::from_secs(60));
    let write = |record| Write::new(record, NOW, expires);
    let full = || {
        let store = MemoryStore::new(1);
        assert_eq!(block_on(store.create(&KEY, write(&SECRET))), Ok(Created::Stored));
        store
    };

    let store = full();
    assert_eq!(block_on(store.destroy(&KEY)), Ok(true));
    assert_eq!(leaks(), 0, "destroyed");

    let store = full();
    let longer = block_on(store.update(&KEY, Revision::FIRST, write(b"a longer record")));
    assert_eq!(longer, Ok(Updated::Stored));
    assert_eq!(leaks(), 0, "replaced");

    let store = full();
    assert_eq!(block_on(store.sweep(expires, 1)), Ok(1));
    assert_eq!(leaks(), 0, "swept");

    let store = full();
    let other = block_on(store.create(&StoreKey::default(), write(b"another")));
    assert_eq!(other, Ok(Created::Stored));
    assert_eq!(leaks(), 0, "evicted");

    drop(full());
    assert_eq!(leaks(), 0, "dropped with the store");

    drop(SECRET.to_vec());
    assert_eq!(leaks(), 1, "the allocator sees what is not wiped");
}
