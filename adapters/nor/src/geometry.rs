//! Where the pages are, and how flash wants to be read and written.
//!
//! In: numbers of a part and its driver. Out: addresses and rounded lengths. It refuses to know what is on a page.

use core::fmt;

use crate::format::{FREED, PAGE_HEADER, TOUCH};

/// Bytes that a unit of reading and writing may have at most.
pub(crate) const LARGEST_UNIT: u32 = 32;

/// The part of a flash memory that holds the sessions: a ring of pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Geometry {
    start: u32,
    pages: u32,
    page: u32,
    unit: u32,
    bytewise: bool,
}

/// What a driver can do, in bytes: the constants of its traits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sizes {
    /// Reads are aligned to this.
    pub read: usize,
    /// Writes are aligned to this.
    pub write: usize,
    /// Erases are aligned to this.
    pub erase: usize,
}

/// Why there can be no such ring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum GeometryError {
    /// Reads or writes must be aligned to a power of two, 32 bytes at most.
    Unit,
    /// Start and page size must be whole multiples of what is erased at once.
    Unaligned,
    /// A page has 256 bytes at least and 16 MiB at most.
    Page,
    /// There must be two whole pages at least, 65,535 at most, and all within 32 bits.
    Pages,
}

impl Geometry {
    /// No ring: of a store that is not open.
    pub(crate) const NONE: Self = Self { start: 0, pages: 0, page: 0, unit: 0, bytewise: false };

    /// A ring of `pages` pages of `page` bytes, the first at `start`.
    ///
    /// # Errors
    /// See [`GeometryError`].
    pub const fn new(
        start: u32,
        pages: u32,
        page: u32,
        sizes: Sizes,
    ) -> Result<Self, GeometryError> {
        let (Some(read), Some(write)) = (unit(sizes.read), unit(sizes.write)) else {
            return Err(GeometryError::Unit);
        };
        let unit = max(max(read, write), 4);
        let Some(erase) = narrow(sizes.erase) else { return Err(GeometryError::Unaligned) };
        let aligned = start.is_multiple_of(erase) && page.is_multiple_of(erase);
        if erase == 0 || !aligned || !page.is_multiple_of(unit) {
            return Err(GeometryError::Unaligned);
        }
        if page < 256 || page > 1 << 24 {
            return Err(GeometryError::Page);
        }
        if pages < 2 || pages > 0xffff || (u32::MAX - start) / page < pages {
            return Err(GeometryError::Pages);
        }
        Ok(Self { start, pages, page, unit, bytewise: read == 1 })
    }

    /// All of `start..end`, in the smallest pages that have 2 KiB at least.
    ///
    /// # Errors
    /// See [`GeometryError`].
    pub const fn within(start: u32, end: u32, sizes: Sizes) -> Result<Self, GeometryError> {
        let Some(erase) = narrow(sizes.erase) else { return Err(GeometryError::Unaligned) };
        if erase == 0 || end < start {
            return Err(GeometryError::Unaligned);
        }
        if erase > 1 << 24 {
            return Err(GeometryError::Page);
        }
        let page = 2048_u32.div_ceil(erase) * erase;
        Self::new(start, (end - start) / page, page, sizes)
    }

    /// Pages in the ring.
    #[must_use]
    pub const fn pages(&self) -> u32 {
        self.pages
    }

    /// Bytes of a page.
    #[must_use]
    pub const fn page_bytes(&self) -> u32 {
        self.page
    }

    /// What entries begin at whole multiples of, in bytes.
    #[must_use]
    pub const fn unit(&self) -> u32 {
        self.unit
    }

    /// Bytes of a record and its principal that one entry can have at most.
    #[must_use]
    pub const fn longest_entry(&self) -> u32 {
        self.usable() - crate::format::RECORD
    }

    /// Whether any address can be read.
    pub(crate) const fn is_bytewise(&self) -> bool {
        self.bytewise
    }

    /// Where a page begins.
    pub(crate) const fn address(&self, page: u32) -> u32 {
        self.start + page * self.page
    }

    /// On which page an address is.
    pub(crate) const fn page_of(&self, address: u32) -> u32 {
        (address - self.start) / self.page
    }

    /// The page that is `count` pages further round the ring.
    pub(crate) const fn after(&self, page: u32, count: u32) -> u32 {
        (page + count) % self.pages
    }

    /// What `bytes` take on flash.
    pub(crate) const fn padded(&self, bytes: u32) -> u32 {
        // A unit is a power of two, and small cores do not divide.
        (bytes + (self.unit - 1)) & !(self.unit - 1)
    }

    /// Bytes for entries on a page.
    pub(crate) const fn usable(&self) -> u32 {
        self.page - self.padded(PAGE_HEADER) - self.padded(FREED)
    }

    /// Whether an entry of `entry` bytes can be written beside `live` bytes of other entries, and the ring is not so
    /// full afterwards that what makes it emptier cannot be written.
    ///
    /// Each turn of the ring moves the live entries of one page on to an empty one. If there is no room for the entry
    /// behind them, the page had more than `usable - entry` live bytes; not all pages can have that many.
    pub(crate) const fn fits(&self, live: u64, entry: u32) -> bool {
        let usable = self.usable();
        if entry > usable {
            return false;
        }
        let rest = (self.pages - 1) as u64;
        let shortest = self.padded(TOUCH);
        live <= rest * (usable - entry) as u64
            && live + entry as u64 <= rest * (usable - shortest) as u64
    }
}

impl fmt::Display for GeometryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unit => "reads or writes are not aligned to a power of two up to 32",
            Self::Unaligned => "pages are not whole multiples of what is erased at once",
            Self::Page => "a page has fewer than 256 bytes or more than 16 MiB",
            Self::Pages => "there are fewer than 2 pages or more than 65,535",
        })
    }
}

impl core::error::Error for GeometryError {}

const fn max(one: u32, other: u32) -> u32 {
    if one < other { other } else { one }
}

/// A number of bytes as addresses count them.
#[expect(clippy::cast_possible_truncation, reason = "it is compared first")]
const fn narrow(bytes: usize) -> Option<u32> {
    if bytes > 0x7fff_ffff { None } else { Some(bytes as u32) }
}

/// An alignment that this crate can keep.
const fn unit(bytes: usize) -> Option<u32> {
    match narrow(bytes) {
        Some(bytes) if bytes.is_power_of_two() && bytes <= LARGEST_UNIT => Some(bytes),
        _ => None,
    }
}
