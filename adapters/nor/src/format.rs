//! What is on flash, byte by byte. All numbers are little-endian, all checksums CRC-32 (Castagnoli).
//!
//! In: fields. Out: bytes, and the same again. It refuses to know addresses. The crate docs have the tables.

use core::ops::Range;

use crc::{CRC_32_ISCSI, Crc, Digest};
use sansession::{Revision, StoreKey, Timestamp, Write};

use crate::error::Fault;
use crate::geometry::Geometry;

static CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Bytes of a page header.
pub(crate) const PAGE_HEADER: u32 = 20;

/// Bytes in front of a record and its principal: the longest kind of header.
pub(crate) const RECORD: u32 = 48;

/// The same in memory.
pub(crate) const HEADER: usize = 48;

/// Bytes of a touch.
pub(crate) const TOUCH: u32 = 36;

/// Bytes of a tombstone.
pub(crate) const TOMBSTONE: u32 = 24;

/// Bytes of the mark that the next page is free.
pub(crate) const FREED: u32 = 8;

const MAGIC: [u8; 4] = *b"sNor";

const FORMAT: u8 = 1;

pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    CHECKSUM.checksum(bytes)
}

/// For bytes that come in parts.
pub(crate) fn digest() -> Digest<'static, u32> {
    CHECKSUM.digest()
}

/// Whether all bits are as an erase leaves them.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    // Some at a time: all of a page is looked at before it is used.
    bytes.chunks(16).all(|some| some.iter().fold(0xff, |bits, byte| bits & byte) == 0xff)
}

/// The header of page number `sequence` in time.
pub(crate) fn page_header(geometry: &Geometry, sequence: u32) -> [u8; 20] {
    let mut bytes = [0; 20];
    let [pages_low, pages_high, ..] = geometry.pages().to_le_bytes();
    let [unit, ..] = geometry.unit().to_le_bytes();
    put(&mut bytes, 0, &MAGIC);
    put(&mut bytes, 4, &[FORMAT, unit, pages_low, pages_high]);
    put(&mut bytes, 8, &geometry.page_bytes().to_le_bytes());
    put(&mut bytes, 12, &sequence.to_le_bytes());
    let sum = checksum(&bytes[..16]);
    put(&mut bytes, 16, &sum.to_le_bytes());
    bytes
}

/// The sequence number of a page, if this is its header.
///
/// # Errors
/// It is a header of another format or ring; the page is somebody's, and not ours to erase.
pub(crate) fn parse_page_header(geometry: &Geometry, bytes: &[u8]) -> Result<Option<u32>, Fault> {
    let Some(bytes) = bytes.first_chunk::<20>() else { return Ok(None) };
    if bytes[..4] != MAGIC || u32_at(bytes, 16) != checksum(&bytes[..16]) {
        return Ok(None);
    }
    if bytes[4] != FORMAT {
        return Err(Fault::Format(bytes[4]));
    }
    let sequence = u32_at(bytes, 12);
    if *bytes != page_header(geometry, sequence) {
        return Err(Fault::Geometry);
    }
    Ok(Some(sequence))
}

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A session as it is from now on.
    Record = 1,
    /// Its times have risen.
    Touch = 2,
    /// It is gone.
    Tombstone = 3,
    /// The entries before this are whole copies, and the page after this one is free.
    Freed = 4,
}

impl Kind {
    fn parse(byte: u8) -> Option<Self> {
        [Self::Record, Self::Touch, Self::Tombstone, Self::Freed]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }

    /// Bytes of its header. Each is a beginning of the next longer one.
    const fn header(self) -> u32 {
        match self {
            Self::Freed => FREED,
            Self::Tombstone => TOMBSTONE,
            Self::Touch => TOUCH,
            Self::Record => RECORD,
        }
    }
}

/// The header of an entry. What its kind does not have is zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) key: StoreKey,
    pub(crate) seen: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) revision: u32,
    pub(crate) record_len: u16,
    pub(crate) principal_len: u8,
    pub(crate) record_sum: u32,
    pub(crate) principal_sum: u32,
}

impl Header {
    /// `None` if record or principal are longer than lengths can say.
    pub(crate) fn record(key: &StoreKey, revision: Revision, write: &Write<'_>) -> Option<Self> {
        let principal = write.principal.unwrap_or_default().as_bytes();
        Some(Self {
            kind: Kind::Record,
            key: *key,
            seen: write.seen,
            expires: write.expires,
            revision: u32::try_from(revision.get()).unwrap_or(u32::MAX),
            record_len: u16::try_from(write.record.len()).ok()?,
            principal_len: u8::try_from(principal.len()).ok()?,
            record_sum: checksum(write.record),
            principal_sum: checksum(principal),
        })
    }

    pub(crate) fn touch(key: &StoreKey, seen: Timestamp, expires: Timestamp) -> Self {
        Self { seen, expires, ..Self::of(Kind::Touch, key) }
    }

    pub(crate) fn tombstone(key: &StoreKey) -> Self {
        Self::of(Kind::Tombstone, key)
    }

    pub(crate) fn freed() -> Self {
        Self::of(Kind::Freed, &StoreKey::default())
    }

    fn of(kind: Kind, key: &StoreKey) -> Self {
        Self {
            kind,
            key: *key,
            seen: Timestamp::ZERO,
            expires: Timestamp::ZERO,
            revision: 0,
            record_len: 0,
            principal_len: 0,
            record_sum: 0,
            principal_sum: 0,
        }
    }

    /// Bytes of the entry: header, record and principal.
    pub(crate) fn entry_len(&self) -> u32 {
        self.kind.header() + u32::from(self.record_len) + u32::from(self.principal_len)
    }

    /// Where in the entry its record is.
    pub(crate) fn record_range(&self) -> Range<u32> {
        let start = self.kind.header();
        start..start + u32::from(self.record_len)
    }

    /// The bytes, of which the first `kind.header()` are written. They hold on page number `sequence` alone.
    pub(crate) fn to_bytes(self, sequence: u32) -> HeaderBytes {
        let mut bytes = [0; HEADER];
        // First what is never ones: where an entry was begun, a word is not blank.
        put(&mut bytes, 0, &[self.kind as u8, self.principal_len]);
        put(&mut bytes, 2, &self.record_len.to_le_bytes());
        put(&mut bytes, 8, self.key.as_bytes());
        put(&mut bytes, 24, &self.seen.as_millis().to_le_bytes()[..6]);
        put(&mut bytes, 30, &self.expires.as_millis().to_le_bytes()[..6]);
        put(&mut bytes, 36, &self.revision.to_le_bytes());
        put(&mut bytes, 40, &self.record_sum.to_le_bytes());
        put(&mut bytes, 44, &self.principal_sum.to_le_bytes());
        let sum = header_sum(self.kind, &bytes, sequence);
        put(&mut bytes, 4, &sum.to_le_bytes());
        HeaderBytes { bytes, len: self.kind.header() as usize }
    }

    /// Reads what was written on page number `sequence`; `None` for anything else.
    pub(crate) fn parse(found: &[u8], sequence: u32) -> Option<Self> {
        let kind = Kind::parse(*found.first()?)?;
        let mut bytes = [0; HEADER];
        put(&mut bytes, 0, found.get(..kind.header() as usize)?);
        if u32_at(&bytes, 4) != header_sum(kind, &bytes, sequence) {
            return None;
        }
        Some(Self {
            kind,
            key: StoreKey::from_bytes(array_at(&bytes, 8)),
            seen: time_at(&bytes, 24),
            expires: time_at(&bytes, 30),
            revision: u32_at(&bytes, 36),
            record_len: u16::from_le_bytes(array_at(&bytes, 2)),
            principal_len: bytes[1],
            record_sum: u32_at(&bytes, 40),
            principal_sum: u32_at(&bytes, 44),
        })
    }
}

/// A header as it is written.
#[derive(Clone, Copy)]
pub(crate) struct HeaderBytes {
    bytes: [u8; HEADER],
    len: usize,
}

impl HeaderBytes {
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The page's number is part of what is summed, so that an entry of the page's earlier life is none.
fn header_sum(kind: Kind, bytes: &[u8; HEADER], sequence: u32) -> u32 {
    let mut digest = digest();
    digest.update(&sequence.to_le_bytes());
    digest.update(&bytes[..4]);
    digest.update(&bytes[8..kind.header() as usize]);
    digest.finalize()
}

fn put(bytes: &mut [u8], at: usize, field: &[u8]) {
    bytes[at..at + field.len()].copy_from_slice(field);
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    core::array::from_fn(|place| bytes[at + place])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

fn time_at(bytes: &[u8], at: usize) -> Timestamp {
    let [a, b, c, d, e, f] = array_at(bytes, at);
    Timestamp::from_millis(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
}
