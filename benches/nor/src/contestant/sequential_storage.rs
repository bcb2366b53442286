//! The map of sequential-storage with all its caches. It sees the same keys for ever.

use embedded_storage_async::nor_flash::ReadNorFlash as _;
use sequential_storage::cache::Cache;
use sequential_storage::cache::key_pointers::ArrayKeyPointers;
use sequential_storage::cache::page_pointers::ArrayPagePointers;
use sequential_storage::cache::page_states::ArrayPageStates;
use sequential_storage::map::{MapConfig, MapStorage};

use super::{Contestant, META, at_once, value};
use crate::flash::Flash;
use crate::script::SESSIONS;

/// In so many pages.
pub(crate) struct SequentialStorage<const PAGES: usize> {
    #[expect(clippy::type_complexity, reason = "it is written once")]
    map: MapStorage<
        [u8; 16],
        Flash,
        Cache<
            ArrayPageStates<PAGES>,
            ArrayPagePointers<PAGES>,
            ArrayKeyPointers<[u8; 16], SESSIONS>,
            [u8; 16],
        >,
    >,
    buffer: [u8; 512],
}

impl<const PAGES: usize> Contestant for SequentialStorage<PAGES> {
    const NAME: &'static str = "sequential-storage 8";

    fn new(flash: Flash) -> Self {
        let cache =
            Cache::new(ArrayPageStates::new(), ArrayPagePointers::new(), ArrayKeyPointers::new());
        let bytes = u32::try_from(flash.capacity()).expect("it is some kilobytes");
        let map = MapStorage::new(flash, MapConfig::new(0..bytes), cache);
        Self { map, buffer: [0; 512] }
    }

    fn load(&mut self, key: &[u8; 16], record: &mut [u8]) -> Option<usize> {
        let found = at_once(self.map.fetch_item::<&[u8]>(&mut self.buffer, key));
        let found = found.expect("it can be read")?.get(META..)?;
        record[..found.len()].copy_from_slice(found);
        Some(found.len())
    }

    fn put(&mut self, key: &[u8; 16], record: &[u8]) {
        let value = value(record);
        let stored = at_once(self.map.store_item(&mut self.buffer, key, &&value[..]));
        stored.expect("there is room");
    }

    fn remove(&mut self, key: &[u8; 16]) {
        at_once(self.map.remove_item(&mut self.buffer, key)).expect("it can be written");
    }
}
