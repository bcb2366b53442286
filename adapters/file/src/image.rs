//! What is in a file: a header, then the record.
//!
//! ```text
//! offset  bytes  field
//!      0      7  "sansess"
//!      7      1  format, 1
//!      8      8  revision
//!     16      6  seen, milliseconds
//!     22      6  expires, milliseconds
//!     28      4  length of the record
//!     32     32  SHA-256 of the principal's name; zeros for an anonymous session
//!     64     16  the first bytes of SHA-256(store key, bytes 0 to 63, record)
//!     80    ...  the record
//! ```
//!
//! Numbers are little-endian. In: a store key and what a store is told. Out: bytes, and the same again. It refuses to
//! know files. The checksum tells what was torn, cut or copied here from elsewhere; it is no protection from whoever
//! may write into the directory.

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sha2::{Digest as _, Sha256};

/// Bytes before the record.
pub(crate) const HEADER: usize = 80;

const MAGIC: &[u8; 7] = b"sansess";
const FORMAT: u8 = 1;
const CHECKSUM: usize = 64;

/// Whom a session is bound to: a hash, because names are the application's and do not all make good file names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Principal([u8; 32]);

impl Principal {
    const NOBODY: [u8; 32] = [0; 32];

    pub(crate) fn new(name: &str) -> Self {
        Self(Sha256::digest(name).into())
    }

    /// 64 lower-case hexadecimal digits.
    pub(crate) fn hex(self) -> String {
        use core::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a string takes everything");
            text
        })
    }
}

/// What stands beside a record.
#[derive(Clone, Copy)]
pub(crate) struct Header {
    pub(crate) revision: Revision,
    pub(crate) seen: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) principal: Option<Principal>,
}

impl Header {
    /// That of a new record.
    pub(crate) fn new(write: &Write<'_>) -> Self {
        Self {
            revision: Revision::FIRST,
            seen: write.seen,
            expires: write.expires,
            principal: write.principal.map(Principal::new),
        }
    }

    pub(crate) fn meta(&self) -> Meta {
        Meta::new(self.revision, self.seen)
    }
}

/// The bytes of a file.
pub(crate) struct Image(Vec<u8>);

/// What the bytes of a file turn out to be.
pub(crate) enum Parsed {
    Whole(Header, Image),
    /// Torn, cut, another session's, or nothing of ours.
    Damaged,
    /// Written by a newer release.
    Newer,
}

impl Image {
    /// Room for a header, then `record`; `None` if it is longer than a file says.
    pub(crate) fn new(record: &[u8]) -> Option<Self> {
        let len = u32::try_from(record.len()).ok()?;
        let mut bytes = Vec::with_capacity(HEADER + record.len());
        bytes.resize(HEADER, 0);
        bytes.extend_from_slice(record);
        bytes[..7].copy_from_slice(MAGIC);
        bytes[7] = FORMAT;
        bytes[28..32].copy_from_slice(&len.to_le_bytes());
        Some(Self(bytes))
    }

    pub(crate) fn record(&self) -> &[u8] {
        &self.0[HEADER..]
    }

    /// Fills the header in; only then are the bytes those of a file.
    pub(crate) fn seal(&mut self, key: &StoreKey, header: &Header) -> &[u8] {
        let bytes = &mut self.0;
        bytes[8..16].copy_from_slice(&header.revision.get().to_le_bytes());
        bytes[16..22].copy_from_slice(&time(header.seen));
        bytes[22..28].copy_from_slice(&time(header.expires));
        let principal = header.principal.map_or(Principal::NOBODY, |principal| principal.0);
        bytes[32..64].copy_from_slice(&principal);
        let checksum = checksum(key, bytes);
        bytes[CHECKSUM..HEADER].copy_from_slice(&checksum);
        bytes
    }

    /// How long a file is that begins with these bytes, if it is one of this format.
    pub(crate) fn expected_len(header: &[u8; HEADER]) -> Option<u64> {
        let (magic, rest) = header.split_at(MAGIC.len());
        let len = u32::from_le_bytes(array(header, 28));
        (magic == MAGIC && rest[0] == FORMAT).then_some(HEADER as u64 + u64::from(len))
    }

    /// Whether a file that begins with these bytes is a newer release's.
    pub(crate) fn is_newer(header: &[u8]) -> bool {
        header.strip_prefix(MAGIC).and_then(<[u8]>::first).is_some_and(|format| *format > FORMAT)
    }

    /// Reads a file that is as long as it says.
    pub(crate) fn parse(key: &StoreKey, bytes: Vec<u8>) -> Parsed {
        if Self::is_newer(&bytes) {
            return Parsed::Newer;
        }
        let Some(header) = bytes.first_chunk::<HEADER>() else { return Parsed::Damaged };
        if Self::expected_len(header) != Some(bytes.len() as u64)
            || checksum(key, &bytes) != array(header, CHECKSUM)
        {
            return Parsed::Damaged;
        }
        let principal = Principal(array(header, 32));
        let header = Header {
            revision: Revision::new(u64::from_le_bytes(array(header, 8))),
            seen: timestamp(array(header, 16)),
            expires: timestamp(array(header, 22)),
            principal: Some(principal).filter(|principal| principal.0 != Principal::NOBODY),
        };
        Parsed::Whole(header, Self(bytes))
    }
}

fn checksum(key: &StoreKey, bytes: &[u8]) -> [u8; HEADER - CHECKSUM] {
    let hash = Sha256::new()
        .chain_update(key.as_bytes())
        .chain_update(&bytes[..CHECKSUM])
        .chain_update(&bytes[HEADER..])
        .finalize();
    array(&hash, 0)
}

/// 48 bits are all that a [`Timestamp`] has.
fn time(time: Timestamp) -> [u8; 6] {
    array(&time.as_millis().to_le_bytes(), 0)
}

fn timestamp(bytes: [u8; 6]) -> Timestamp {
    let mut wide = [0; 8];
    wide[..6].copy_from_slice(&bytes);
    Timestamp::from_millis(u64::from_le_bytes(wide))
}

fn array<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[from..from + N]);
    array
}
