//! sansession-nor.

use embedded_storage_async::nor_flash::ReadNorFlash as _;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_nor::AsyncNorStore;
use sansession_store::{Created, Loaded, Store as _, Updated};

use super::{Contestant, at_once};
use crate::flash::Flash;
use crate::script::SESSIONS;

pub(crate) struct Ours {
    store: AsyncNorStore<Flash, SESSIONS>,
    /// Of the record that was looked up last, if it was there.
    revision: Option<Revision>,
}

impl Contestant for Ours {
    const NAME: &'static str = "sansession-nor";

    fn new(flash: Flash) -> Self {
        let bytes = u32::try_from(flash.capacity()).expect("it is some kilobytes");
        let store = at_once(AsyncNorStore::mount(flash, 0..bytes)).expect("it is blank");
        Self { store, revision: None }
    }

    fn load(&mut self, key: &[u8; 16], record: &mut [u8]) -> Option<usize> {
        let key = StoreKey::from_bytes(*key);
        let loaded = at_once(self.store.load(&key, record, Freshness::Latest));
        let (len, revision) = match loaded.expect("it can be read") {
            Loaded::Found { len, meta } => (len, meta.revision),
            Loaded::Missing => {
                self.revision = None;
                return None;
            }
        };
        self.revision = Some(revision);
        Some(len)
    }

    fn put(&mut self, key: &[u8; 16], record: &[u8]) {
        let key = StoreKey::from_bytes(*key);
        let write = Write::new(record, Timestamp::from_secs(1_700_000_000), Timestamp::MAX);
        match self.revision {
            Some(revision) => {
                let updated = at_once(self.store.update(&key, revision, write));
                assert_eq!(updated, Ok(Updated::Stored));
            }
            None => assert_eq!(at_once(self.store.create(&key, write)), Ok(Created::Stored)),
        }
    }

    fn remove(&mut self, key: &[u8; 16]) {
        assert_eq!(at_once(self.store.destroy(&StoreKey::from_bytes(*key))), Ok(true));
    }
}
