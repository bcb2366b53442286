//! ekv, with checksums. Each operation is a transaction, since each is acknowledged.

use core::convert::Infallible;

use ekv::flash::PageID;
use ekv::{Config, Database, ReadError};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_storage_async::nor_flash::{NorFlash as _, ReadNorFlash as _};

use super::{Contestant, META, at_once, value};
use crate::flash::{Flash, PAGE};
use crate::script::RECORD;

const _: () = assert!(ekv::config::PAGE_SIZE == PAGE as usize && ekv::config::CRC);

pub(crate) struct Ekv(Database<Pages, NoopRawMutex>);

/// The flash as ekv sees it.
struct Pages(Flash);

impl ekv::flash::Flash for Pages {
    type Error = Infallible;

    fn page_count(&self) -> usize {
        self.0.capacity() / PAGE as usize
    }

    async fn erase(&mut self, page: PageID) -> Result<(), Infallible> {
        let from = address(page, 0);
        self.0.erase(from, from + PAGE).await
    }

    async fn read(
        &mut self,
        page: PageID,
        offset: usize,
        bytes: &mut [u8],
    ) -> Result<(), Infallible> {
        self.0.read(address(page, offset), bytes).await
    }

    async fn write(&mut self, page: PageID, offset: usize, bytes: &[u8]) -> Result<(), Infallible> {
        self.0.write(address(page, offset), bytes).await
    }
}

fn address(page: PageID, offset: usize) -> u32 {
    u32::try_from(page.index() * PAGE as usize + offset).expect("it is some kilobytes")
}

impl Contestant for Ekv {
    const NAME: &'static str = "ekv 1";

    fn new(flash: Flash) -> Self {
        let database = Database::new(Pages(flash), Config::default());
        at_once(database.format()).expect("it can be written");
        Self(database)
    }

    fn load(&mut self, key: &[u8; 16], record: &mut [u8]) -> Option<usize> {
        let mut value = [0; META + RECORD];
        let len = at_once(async { self.0.read_transaction().await.read(key, &mut value).await });
        match len {
            Ok(len) => {
                let found = value.get(META..len)?;
                record[..found.len()].copy_from_slice(found);
                Some(found.len())
            }
            Err(ReadError::KeyNotFound) => None,
            Err(error) => panic!("it can be read: {error:?}"),
        }
    }

    fn put(&mut self, key: &[u8; 16], record: &[u8]) {
        at_once(async {
            let mut transaction = self.0.write_transaction().await;
            transaction.write(key, &value(record)).await.expect("there is room");
            transaction.commit().await.expect("it can be written");
        });
    }

    fn remove(&mut self, key: &[u8; 16]) {
        at_once(async {
            let mut transaction = self.0.write_transaction().await;
            transaction.delete(key).await.expect("there is room");
            transaction.commit().await.expect("it can be written");
        });
    }
}
