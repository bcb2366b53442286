//! Sessions in NOR flash, for the web UI of a device: no allocator, no `unsafe`, blocking or async drivers.
//!
//! ```
//! # use core::convert::Infallible;
//! # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
//! use getrandom::SysRng;
//! use pollster::block_on;
//! use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
//! use sansession_nor::NorStore;
//! use sansession_store::{NoPause, close, open};
//!
//! # struct Flash(Vec<u8>);
//! # impl ErrorType for Flash {
//! #     type Error = Infallible;
//! # }
//! # impl ReadNorFlash for Flash {
//! #     const READ_SIZE: usize = 1;
//! #     fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
//! #         bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
//! #         Ok(())
//! #     }
//! #     fn capacity(&self) -> usize {
//! #         self.0.len()
//! #     }
//! # }
//! # impl NorFlash for Flash {
//! #     const WRITE_SIZE: usize = 1;
//! #     const ERASE_SIZE: usize = 4096;
//! #     fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
//! #         self.0[from as usize..to as usize].fill(0xff);
//! #         Ok(())
//! #     }
//! #     fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
//! #         self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
//! #         Ok(())
//! #     }
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let flash = Flash(vec![0xff; 64 * 1024]);
//! // Once: the sessions of a device, and room for 64 of them in 64 KiB of its flash.
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let store = NorStore::<_, 64>::mount(flash, 0..64 * 1024)?;
//!
//! // A request without a cookie, whose handler writes.
//! let mut slot = Slot::<[u8; 1024]>::new();
//! let now = Timestamp::from_secs(1_700_000_000);
//! let mut active = block_on(open(&sessions, &store, sessions.begin([], now, slot.erase())))?;
//! active.insert_str("colour", "blue")?;
//! let end = sessions.finish(active, Ending::Answered, now, &mut SysRng)?;
//! let finished = block_on(close(&sessions, &store, &NoPause, end));
//! let cookie = finished.reply.set_cookie(&sessions).ok_or("no cookie")?.to_string();
//!
//! // The power goes and comes back, and so does the browser.
//! let flash = store.into_flash();
//! let store = NorStore::<_, 64>::mount(flash, 0..64 * 1024)?;
//! let header = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let active = block_on(open(&sessions, &store, sessions.begin([header], now, slot.erase())))?;
//! assert_eq!(active.get("colour")?, Some("blue"));
//! # Ok(()) }
//! ```
//!
//! [`NorStore`] takes a driver of `embedded-storage`, `AsyncNorStore` (feature `async`) one of `embedded-storage-async`.
//! Both are a loop around the same log, which knows no driver.
//!
//! [`Tiered`] keeps visitors without a login in RAM, so that only users' sessions reach the flash.
//!
//! [`Unmounted`] is for devices whose stack is too short to move the table of sessions.
//!
//! # What it costs
//!
//! A table in RAM knows where each session is: [`Plan::ram_bytes`] says how large it is, 64 bytes for a session. It is
//! built by reading the ring once, at the mount. So a key that is not there costs no flash read, nor does a listing;
//! a load is one read of the record, an update one entry, a destroy one entry of 24 bytes. [`Plan`] tells at compile
//! time what fits and how long it lasts. `cargo run -p sansession-nor --example cost` prints what whole workloads cost.
//!
//! | | |
//! |---|---|
//! | 64 sessions of 200 bytes | 16 KB of flash, 4.4 KB of RAM |
//! | the same in 64 KiB, 100 log-ins a day, 4 changes each, 100,000 erases | 85 years |
//! | sessions of 200 bytes in 64 KiB at most | 231 |
//!
//! Beside key-value stores for flash, per operation: 64 sessions of 200 bytes on serial flash with pages of 4 KiB; 80 %
//! updates, 10 % new sessions, 10 % removed ones, a look-up before each. `cargo run --release -p sansession-bench-nor`
//! prints this, here on x86-64. sequential-storage has all its caches; ekv has checksums, and a transaction for each
//! operation, since each is acknowledged before the next. Instructions were counted in as many operations as the last
//! column says, and stand for as much reading as there is in all; they follow it within some percent.
//!
//! | per operation, in | who                  |  reads | x ours | bytes read | writes | bytes written | erases | instructions | x ours | counted in |
//! |-------------------|----------------------|-------:|-------:|-----------:|-------:|--------------:|-------:|-------------:|-------:|-----------:|
//! | 64 KiB            | sansession-nor       |   1.84 |        |        421 |   1.13 |         232.3 | 0.0577 |         6929 |        |        256 |
//! | 64 KiB            | sequential-storage 8 |  95.35 |     52 |       9986 |   2.27 |         222.6 | 0.0536 |        85464 |     12 |         20 |
//! | 64 KiB            | ekv 1                | 110.83 |     60 |      18201 |  60.29 |        1923.1 | 2.1774 |       178303 |     26 |         26 |
//! | 256 KiB           | sansession-nor       |   1.80 |        |        411 |   1.11 |         227.4 | 0.0564 |         6792 |        |        256 |
//! | 256 KiB           | sequential-storage 8 | 312.38 |    173 |      22815 |   2.69 |         222.6 | 0.0518 |       223503 |     33 |         10 |
//! | 256 KiB           | ekv 1                | 115.41 |     64 |      18871 |  60.29 |        1922.9 | 2.1774 |       185081 |     27 |         25 |
//!
//! A remove is one write, if the ring need not turn for it.
//!
//! # The ring
//!
//! The flash is a ring of pages, each one or more erase blocks. Entries are appended to one page, the *head*. The page
//! after it holds nothing of worth; those after that, up to the head, hold all that counts, oldest first. When the head
//! is full, the ring turns:
//!
//! 1. the page after the head is erased, read to see that it is blank, and gets its header;
//! 2. the entries that are still the newest of their session are copied to it from the page after that one;
//! 3. the mark *freed* is written behind them. Now this page is the head, and the page that was copied from is the one
//!    that holds nothing of worth.
//!
//! Every page is erased once in a round, so the wear is even. Each word is written once between two erases; parts that
//! cannot write a word twice, or check it by an error-correcting code, are served.
//!
//! A destroyed session is a tombstone, an entry behind all others of that session. It is never copied: when its page is
//! the oldest, all older pages are gone, and with the page itself go the entries that it was there to deny.
//!
//! # What is on flash
//!
//! Numbers are little-endian, checksums are CRC-32C, times are milliseconds. Entries begin at whole multiples of the
//! unit, the largest of write size, read size and 4; the bytes between are ones.
//!
//! | page header | bytes | |
//! |---|---|---|
//! | magic | 0..4 | `sNor` |
//! | format | 4 | 1 |
//! | unit | 5 | in bytes |
//! | pages | 6..8 | in the ring |
//! | page size | 8..12 | in bytes |
//! | number | 12..16 | one more than that of the page before |
//! | checksum | 16..20 | of bytes 0..16 |
//!
//! | entry | bytes | in | |
//! |---|---|---|---|
//! | kind | 0 | all | 1 record, 2 touch, 3 tombstone, 4 freed |
//! | principal length | 1 | all | 0 if anonymous, or no record |
//! | record length | 2..4 | all | 0 if no record |
//! | checksum | 4..8 | all | of the page's number, bytes 0..4, and bytes 8.. of the header |
//! | store key | 8..24 | all but freed | |
//! | seen | 24..30 | record, touch | |
//! | expires | 30..36 | record, touch | |
//! | revision | 36..40 | record | |
//! | record checksum | 40..44 | record | |
//! | principal checksum | 44..48 | record | |
//! | record, principal | 48.. | record | |
//!
//! The page's number is in each checksum, so nothing of a page's earlier life counts. Behind an entry that is not whole
//! nothing is looked for: the bytes of a record are a visitor's input, and may look like an entry.
//!
//! # Power cuts
//!
//! The power may go at any word of a write and in the middle of an erase, and leave there whatever it likes, ones and the
//! old bytes included. At the next mount every session is as it was acknowledged last, and the one in hand as it was or
//! as it should have become; what was destroyed stays so. Why:
//!
//! - An entry counts when its checksums are right. A page gets no more entries once one was begun on it and not
//!   finished, also when the driver failed or the future was dropped.
//! - Copies count only behind the mark *freed*. The newest page without it is as if it were not there, and what it was
//!   copied from still is.
//! - A page that is erased was declared worthless by a mark before, so it does not matter what a cut erase leaves.
//! - A page gets its header when it was seen blank.
//!
//! Mounting writes nothing. No state of the flash keeps it from being mounted but pages of a newer format, of a ring of
//! another shape, or with more sessions than the table has places: those are errors, and left alone. `format` starts
//! afresh.
//!
//! # Times
//!
//! A touch is noted in RAM. It is written when the time on flash is behind by half of what the session has left without
//! a further request, or with the session's next entry or copy. A power cut may therefore cost a session half of its
//! idle time, and never more.
//!
//! # Full
//!
//! When table or flash are full, a new session takes the place of expired ones, then of the anonymous one that was seen
//! least recently. A session that is bound to a principal is never evicted; the answer is `Full`. Sessions can always
//! be destroyed: room for tombstones is kept.
//!
//! # Limits
//!
//! - Flash that forgets by itself is not flash that was cut. A page whose bytes rot costs what is on it, and of its
//!   sessions an older state, also one before their end, may come back if it is still in the ring. A record that rots
//!   after the mount is found as an empty one, which the core calls corrupt.
//! - After a call that failed or was dropped, the session is as before, until a mount that may find that the call was
//!   done.
//! - A word that a cut left reading as ones is taken for one that was not written to.
//! - Records are as the core gives them, and checksums do not keep whoever has the flash in hand from changing them.
//!   Destroyed ones are on flash until their page is erased; with `Config::sealed_records` (feature `sealed` of the
//!   core) only their cookie opens them (promise D3), and a record is 41 bytes longer.
//! - A call may turn the ring more than once if it is nearly full; each turn is an erase and up to a page of copies.
//! - Revisions count to 2^32 - 1, records have 65,535 bytes at most and fit on a page with their principal.
//! - A listing tells principals by checksum and length. It may name somebody else's session, as the contract allows;
//!   what lists and ends sessions looks at the record.
//! - The store is for the tasks of one executor. It is not `Sync`.
#![no_std]
#![deny(missing_docs)]

mod format;

mod geometry;

mod plan;

mod index;

mod log;

mod work;

mod blocking;

#[cfg(feature = "async")]
mod asynchronous;

#[cfg(feature = "async")]
mod lock;

mod tiered;

mod unmounted;

mod error;

#[cfg(feature = "async")]
pub use asynchronous::AsyncNorStore;
pub use blocking::NorStore;
pub use error::{NorError, Operation};
pub use geometry::{Geometry, GeometryError, Sizes};
pub use plan::{Plan, Usage};
pub use tiered::{Durable, Tiered, TieredError};
pub use unmounted::Unmounted;
