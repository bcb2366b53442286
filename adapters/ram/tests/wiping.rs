//! Records do not stay behind in memory that is freed.

use core::time::Duration;

use pollster::block_on;
use sansession::{StoreKey, Timestamp, Write};
use sansession_memory_allocator::{Observed, SECRET, leaks};
use sansession_ram::LocalRamStore;
use sansession_store::{Created, Store as _};

#[global_allocator]
static ALLOCATOR: Observed = Observed;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

// promise: I6
#[test]
fn records_are_wiped_with_the_table() {
    let store = Box::new(LocalRamStore::<4, 64>::new());
    let write = Write::new(&SECRET, NOW, NOW.after(Duration::from_secs(60)));
    assert_eq!(block_on(store.create(&StoreKey::default(), write)), Ok(Created::Stored));
    drop(store);
    assert_eq!(leaks(), 0);

    drop(SECRET.to_vec());
    assert_eq!(leaks(), 1, "the allocator sees what is not wiped");
}
