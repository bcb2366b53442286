//! Sessions and principals that are gone leave nothing behind.

use core::time::Duration;

use pollster::block_on;
use sansession::{StoreKey, Timestamp, Write};
use sansession_memory::MemoryStore;
use sansession_memory_allocator::{Observed, bytes};
use sansession_store::{Created, SendStore as _};

#[global_allocator]
static ALLOCATOR: Observed = Observed;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

#[test]
fn memory_is_given_back() {
    let store = MemoryStore::new(1000);
    let mut used = 0;
    for number in 0_u32..100_000 {
        let principal = number.to_string();
        let mut key = [0; 16];
        getrandom::fill(&mut key).expect("random bytes");
        let key = StoreKey::from_bytes(key);
        let expires = NOW.after(Duration::from_secs(60));
        let write = Write::new(&[7; 90], NOW, expires).bound_to(&principal);
        assert_eq!(block_on(store.create(&key, write)), Ok(Created::Stored));
        assert_eq!(block_on(store.destroy(&key)), Ok(true));
        if number == 1000 {
            used = bytes();
        }
    }
    assert!(bytes() <= used + 1000, "{used} bytes have become {}", bytes());
}
