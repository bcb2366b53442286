//! SPI NOR flash of the 25 series, for a session store or anything else that speaks `embedded-storage`.
//!
//! ```
//! # use core::convert::Infallible;
//! # use embedded_hal::{delay::DelayNs, spi::{ErrorType, Operation, SpiDevice}};
//! use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};
//! use sansession_spi_nor::SpiNor;
//!
//! # struct Bus;
//! # impl ErrorType for Bus {
//! #     type Error = Infallible;
//! # }
//! # impl SpiDevice for Bus {
//! #     fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Infallible> {
//! #         // Ready, ready to write, and 16 MiB large.
//! #         if let [Operation::Write(command), Operation::Read(bytes)] = operations {
//! #             bytes.fill(if command[0] == 0x9f { 0x18 } else { 0x02 });
//! #         }
//! #         Ok(())
//! #     }
//! # }
//! # struct Timer;
//! # impl DelayNs for Timer {
//! #     fn delay_ns(&mut self, _: u32) {}
//! # }
//! # fn main() -> Result<(), sansession_spi_nor::SpiNorError<Infallible>> {
//! # let (spi, delay) = (Bus, Timer);
//! let mut flash = SpiNor::new(spi, delay)?;
//! assert_eq!(flash.capacity(), 16 * 1024 * 1024);
//! flash.erase(0, 4096)?;
//! flash.write(0, b"sessions")?;
//! # Ok(()) }
//! ```
//!
//! `spi` is any `SpiDevice` of `embedded-hal` 1.0, which owns the chip select, and `delay` any `DelayNs`. With
//! `sansession-nor` it is a session store: `NorStore::<_, 64>::mount(flash, 0..64 * 1024)`.
//!
//! # What it does
//!
//! - The size comes from the part's JEDEC id. Parts of up to 16 MiB, in the command set that all makers have: read, page
//!   program, erase of 4 KiB.
//! - A write of any length is split at the borders of pages, beyond which a part would wrap around.
//! - Every wait ends: what a part may take is [`Patience`], and what takes longer is [`SpiNorError::Timeout`]. A call
//!   that comes after it waits for the part first.
//! - That writes are enabled is looked up before each one. Where blocks are protected nonetheless, parts drop the write
//!   without a word; whoever reads back, as `sansession-nor` does at each erase, sees it.
//! - Bounds and alignment are checked before anything is sent.
//!
//! # Limits
//!
//! - `MultiwriteNorFlash` is not implemented. Most parts let a word be written twice; those that guard words by an
//!   error-correcting code do not, and the id does not say which is which. `sansession-nor` writes each word once.
//! - Calls block while the part is busy: a page takes about a millisecond, a sector some tens of them.
//! - Reads are the slow ones, for a bus of up to 33 MHz on the oldest parts and 50 MHz on the others.
#![no_std]
#![deny(missing_docs)]

mod command;

mod id;

mod patience;

mod device;

mod error;

pub use device::SpiNor;
pub use error::SpiNorError;
pub use id::JedecId;
pub use patience::Patience;
