//! The commands of the 25 series that are used here, as their data sheets name them.
//!
//! All parts of the series have them alike; what differs from maker to maker (fast reads, block protection, suspend) is
//! left out.

/// `WREN`: the next program or erase is let through.
pub(crate) const WRITE_ENABLE: u8 = 0x06;
/// `RDSR`: the status register, again and again.
pub(crate) const READ_STATUS: u8 = 0x05;
/// `READ`: three bytes of address, then data without end.
pub(crate) const READ: u8 = 0x03;
/// `PP`: three bytes of address, then up to a page of data.
pub(crate) const PAGE_PROGRAM: u8 = 0x02;
/// `SE`: three bytes of address within the sector of 4 KiB that becomes all ones.
pub(crate) const SECTOR_ERASE: u8 = 0x20;
/// `RDID`: maker, type and capacity.
pub(crate) const READ_ID: u8 = 0x9f;

/// `WIP` of the status register: a program or erase is under way.
pub(crate) const BUSY: u8 = 1;
/// `WEL` of the status register: [`WRITE_ENABLE`] was taken.
pub(crate) const WRITE_ENABLED: u8 = 1 << 1;

/// Bytes of a page: what goes beyond its end in one program comes back in at its beginning.
pub(crate) const PAGE: u32 = 256;
/// Bytes of a sector.
pub(crate) const SECTOR: u32 = 4096;
/// What three bytes of address can name.
pub(crate) const LARGEST: u32 = 1 << 24;

/// A command with its address.
pub(crate) const fn addressed(command: u8, address: u32) -> [u8; 4] {
    let [_, high, middle, low] = address.to_be_bytes();
    [command, high, middle, low]
}
