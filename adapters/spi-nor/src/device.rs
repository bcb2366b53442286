//! The part on the bus.
//!
//! In: addresses and bytes. Out: commands, and a wait after each that changes flash. It refuses to know what is kept on
//! flash, and keeps no copy of it.

use core::fmt;

use embedded_hal::delay::DelayNs;
use embedded_hal::spi::{Operation, SpiDevice};
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, ReadNorFlash, check_erase, check_read, check_write,
};

use crate::command::{
    BUSY, PAGE, PAGE_PROGRAM, READ, READ_ID, READ_STATUS, SECTOR, SECTOR_ERASE, WRITE_ENABLE,
    WRITE_ENABLED, addressed,
};
use crate::error::SpiNorError;
use crate::id::{JedecId, is_reachable};
use crate::patience::{Patience, Wait};

/// Flash of the 25 series behind an SPI device. See the [crate docs](crate).
pub struct SpiNor<S, D> {
    spi: S,
    delay: D,
    patience: Patience,
    capacity: u32,
}

impl<S: SpiDevice, D: DelayNs> SpiNor<S, D> {
    /// Waits until the part is ready, and asks it how large it is.
    ///
    /// A part that was busy when the processor was reset is busy still, and this waits for as long as an erase may take.
    ///
    /// # Errors
    /// [`SpiNorError`]: [`Absent`](SpiNorError::Absent), [`Timeout`](SpiNorError::Timeout),
    /// [`Capacity`](SpiNorError::Capacity), or the bus's.
    pub fn new(spi: S, delay: D) -> Result<Self, SpiNorError<S::Error>> {
        let mut flash = Self { spi, delay, patience: Patience::new(), capacity: 0 };
        let capacity = flash.start()?.capacity();
        flash.capacity = capacity.ok_or(SpiNorError::Capacity)?;
        Ok(flash)
    }

    /// The same for a part whose id does not tell its size: `capacity` bytes of it are used.
    ///
    /// # Errors
    /// As those of [`SpiNor::new`].
    pub fn with_capacity(spi: S, delay: D, capacity: u32) -> Result<Self, SpiNorError<S::Error>> {
        if !is_reachable(capacity) {
            return Err(SpiNorError::Capacity);
        }
        let mut flash = Self { spi, delay, patience: Patience::new(), capacity };
        flash.start()?;
        Ok(flash)
    }

    /// Sets how long the part may take from now on.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Asks the part what it is.
    ///
    /// # Errors
    /// [`SpiNorError::Absent`], or the bus's.
    pub fn id(&mut self) -> Result<JedecId, SpiNorError<S::Error>> {
        let [manufacturer, kind, density] = self.ask(&[READ_ID])?;
        let id = JedecId { manufacturer, kind, density };
        if id.is_there() { Ok(id) } else { Err(SpiNorError::Absent) }
    }

    /// Gives bus and delay back.
    pub fn release(self) -> (S, D) {
        (self.spi, self.delay)
    }

    fn start(&mut self) -> Result<JedecId, SpiNorError<S::Error>> {
        // No part has all bits of its status set; a bus that nobody drives reads so, and is not waited for.
        if self.status()? == 0xff {
            return Err(SpiNorError::Absent);
        }
        self.ready(self.patience.erase)?;
        self.id()
    }

    fn ask<const N: usize>(&mut self, command: &[u8]) -> Result<[u8; N], SpiNorError<S::Error>> {
        let mut answer = [0; N];
        let mut operations = [Operation::Write(command), Operation::Read(&mut answer)];
        self.spi.transaction(&mut operations).map_err(SpiNorError::Spi)?;
        Ok(answer)
    }

    fn status(&mut self) -> Result<u8, SpiNorError<S::Error>> {
        let [status] = self.ask(&[READ_STATUS])?;
        Ok(status)
    }

    /// Looks, pauses and looks again, for as long as `wait` says.
    fn ready(&mut self, wait: Wait) -> Result<(), SpiNorError<S::Error>> {
        for _ in 0..wait.pauses {
            if self.status()? & BUSY == 0 {
                return Ok(());
            }
            self.delay.delay_us(wait.pause);
        }
        if self.status()? & BUSY == 0 { Ok(()) } else { Err(SpiNorError::Timeout) }
    }

    /// Changes flash: one program or erase, done when it returns.
    fn change(
        &mut self,
        command: [u8; 4],
        bytes: &[u8],
        wait: Wait,
    ) -> Result<(), SpiNorError<S::Error>> {
        // After a time-out, the part may still be busy with the last one, and would not hear this.
        self.ready(self.patience.erase)?;
        self.spi.write(&[WRITE_ENABLE]).map_err(SpiNorError::Spi)?;
        if self.status()? & WRITE_ENABLED == 0 {
            return Err(SpiNorError::Protected);
        }
        let operations = &mut [Operation::Write(&command), Operation::Write(bytes)];
        // An erase has no bytes, and not every bus takes an empty operation.
        let operations = if bytes.is_empty() { &mut operations[..1] } else { operations };
        self.spi.transaction(operations).map_err(SpiNorError::Spi)?;
        self.ready(wait)
    }
}

impl<S: SpiDevice, D> ErrorType for SpiNor<S, D> {
    type Error = SpiNorError<S::Error>;
}

impl<S: SpiDevice, D: DelayNs> ReadNorFlash for SpiNor<S, D> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        check_read(self, offset, bytes.len())?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.ready(self.patience.erase)?;
        let command = addressed(READ, offset);
        let mut operations = [Operation::Write(&command), Operation::Read(bytes)];
        self.spi.transaction(&mut operations).map_err(SpiNorError::Spi)
    }

    fn capacity(&self) -> usize {
        // At most 2^24.
        self.capacity as usize
    }
}

impl<S: SpiDevice, D: DelayNs> NorFlash for SpiNor<S, D> {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = SECTOR as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        check_erase(self, from, to)?;
        let mut sector = from;
        while sector < to {
            self.change(addressed(SECTOR_ERASE, sector), &[], self.patience.erase)?;
            sector += SECTOR;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        check_write(self, offset, bytes.len())?;
        let (mut address, mut rest) = (offset, bytes);
        while !rest.is_empty() {
            let room = PAGE - address % PAGE;
            let (page, more) = rest.split_at(rest.len().min(room as usize));
            self.change(addressed(PAGE_PROGRAM, address), page, self.patience.program)?;
            address += room;
            rest = more;
        }
        Ok(())
    }
}

impl<S, D> fmt::Debug for SpiNor<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpiNor").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
