//! The log: a ring of pages that entries are appended to, as a machine that asks for reading, writing and erasing.
//!
//! In: what is to be done, and that what was asked for is done. Out: the next thing to do with the flash. It refuses to
//! know flash drivers, blocking or async. A [`Machine`] that is polled no more, because the driver failed, its future
//! was dropped, or the power went, leaves the log as its last step may have left the flash.

mod append;

mod load;

mod mount;

mod scan;

use sansession::StoreKey;

use crate::error::Fault;
use crate::format::{Header, Kind};
use crate::geometry::Geometry;
use crate::index::{Index, Session};

pub(crate) use append::Append;
pub(crate) use load::Load;
pub(crate) use mount::{Format, Mount};

/// Bytes that are read or written at a time, but for records that are read straight to where they go. Serial flash
/// programs as many at once.
pub(crate) const CHUNK: usize = 256;

/// The same as addresses count.
pub(crate) const CHUNK_LEN: u32 = 256;

/// The log. `T` is an array of places for sessions, or a slice of them; the machine is compiled for slices only.
pub(crate) struct Log<T: ?Sized = [Option<Session>]> {
    pub(crate) geometry: Geometry,
    /// The page that is written to.
    head: u32,
    /// Its number in time.
    head_sequence: u32,
    /// Where on it the next entry goes. The page's length if nothing may follow what is there.
    free: u32,
    /// The highest number in time that any page has, or had when it was erased.
    sequence: u32,
    /// A session whose first entry was begun and not finished. It may be on flash without being in the table.
    doubt: Option<StoreKey>,
    chunk: [u8; CHUNK],
    pub(crate) index: Index<T>,
}

/// What the driver does next.
pub(crate) enum Step<'m, A> {
    /// Fills `into` from `address`.
    Read { address: u32, into: &'m mut [u8] },
    /// Writes `bytes` at `address`.
    Write { address: u32, bytes: &'m [u8] },
    /// Erases `from..to`.
    Erase { from: u32, to: u32 },
    /// Nothing: this is the answer.
    Done(A),
}

/// The same for parts of a machine, whose bytes are always in the log's chunk.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    /// Fill the first `len` bytes of the chunk from `address`.
    Read { address: u32, len: u32 },
    /// Write them at `address`.
    Write { address: u32, len: u32 },
    /// Erase `from..to`.
    Erase { from: u32, to: u32 },
}

/// Something to be done with the log.
pub(crate) trait Machine {
    /// What comes of it.
    type Answer;

    /// Says what to do next. To be called again when that was done, and not if it failed.
    fn poll<'m>(&'m mut self, log: &'m mut Log) -> Result<Step<'m, Self::Answer>, Fault>;
}

impl<const N: usize> Log<[Option<Session>; N]> {
    /// A log of no ring. All of it is zeros, so as the value of a `static` it takes no flash.
    pub(crate) const CLOSED: Self = Self {
        geometry: Geometry::NONE,
        head: 0,
        head_sequence: 0,
        free: 0,
        sequence: 0,
        doubt: None,
        chunk: [0; CHUNK],
        index: Index::new(),
    };
}

impl Log {
    /// Becomes a log that knows nothing of the flash; [`Mount`] makes it know.
    pub(crate) fn open(&mut self, geometry: Geometry) {
        self.geometry = geometry;
        self.head = geometry.pages() - 1;
        self.head_sequence = 0;
        self.free = geometry.page_bytes();
        self.sequence = 0;
        self.doubt = None;
        self.index.clear();
    }

    /// What must be on flash before anything else is: an end of what may have been begun. Without it, such sessions could
    /// be more than the table has places for, and the next mount would find them.
    pub(crate) fn unfinished<'a>(&self) -> Option<Append<'a>> {
        self.doubt.map(|key| Append::new(Header::tombstone(&key)))
    }

    /// What the driver does when a part of a machine asks for something.
    pub(crate) fn step<A>(&mut self, ask: Ask) -> Step<'_, A> {
        match ask {
            Ask::Read { address, len } => {
                Step::Read { address, into: &mut self.chunk[..len as usize] }
            }
            Ask::Write { address, len } => {
                Step::Write { address, bytes: &self.chunk[..len as usize] }
            }
            Ask::Erase { from, to } => Step::Erase { from, to },
        }
    }

    /// Reads as much of a page as fits at a time, from `at` in it on.
    fn read_page(&self, page: u32, at: u32) -> Ask {
        let len = (self.geometry.page_bytes() - at).min(CHUNK_LEN);
        Ask::Read { address: self.geometry.address(page) + at, len }
    }

    /// Writes something that is no longer than a chunk, with ones behind it.
    fn write_small(&mut self, address: u32, bytes: &[u8]) -> Ask {
        self.chunk.fill(0xff);
        self.chunk.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        let len = u32::try_from(bytes.len()).unwrap_or(CHUNK_LEN);
        Ask::Write { address, len: self.geometry.padded(len) }
    }

    /// What was read last, if it was `len` bytes.
    fn chunk(&self, len: u32) -> &[u8] {
        &self.chunk[..len as usize]
    }
}

impl Log {
    /// Notes that an entry is begun.
    fn begin(&mut self, header: &Header) {
        if header.kind == Kind::Record && self.index.find(&header.key).is_none() {
            self.doubt = Some(header.key);
        }
    }

    /// Notes that it is on flash, at `address`.
    fn finish(&mut self, header: &Header, address: u32) -> Result<(), Fault> {
        if self.doubt == Some(header.key) {
            self.doubt = None;
        }
        self.index.apply(&self.geometry, header, address).map_err(|_| Fault::Capacity)
    }
}
