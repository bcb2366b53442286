//! Reading a page from its beginning to where its entries end.
//!
//! In: a page with its number in time. Out: its whole entries, into the table if that is wanted. It refuses to look for
//! entries behind one that is not whole: bytes of a record are somebody's input, and might look like one.

use core::ops::Range;

use crc::Digest;

use super::{Ask, CHUNK_LEN, Log};
use crate::error::Fault;
use crate::format::{Header, Kind, PAGE_HEADER, digest};

/// A page that is being read.
pub(crate) struct Scan {
    page: u32,
    sequence: u32,
    at: u32,
    applies: bool,
    freed: bool,
    phase: Phase,
}

enum Phase {
    /// Read at the next entry.
    Next,
    /// Look at what was read there.
    Header,
    /// Look at what was read of the body, `done` bytes into the entry.
    Body(Body),
}

struct Body {
    header: Header,
    done: u32,
    record: Digest<'static, u32>,
    principal: Digest<'static, u32>,
}

impl Scan {
    /// `applies` says whether the table is to know the entries.
    pub(crate) fn new(log: &Log, page: u32, sequence: u32, applies: bool) -> Self {
        let at = log.geometry.padded(PAGE_HEADER);
        Self { page, sequence, at, applies, freed: false, phase: Phase::Next }
    }

    /// Where the entries end.
    pub(crate) fn end(&self) -> u32 {
        self.at
    }

    /// Whether one of them says that the next page is free.
    pub(crate) fn is_freed(&self) -> bool {
        self.freed
    }

    /// What to do next; nothing when the entries have ended.
    pub(crate) fn poll(&mut self, log: &mut Log) -> Result<Option<Ask>, Fault> {
        loop {
            let left = log.geometry.page_bytes() - self.at;
            let read = left.min(CHUNK_LEN);
            match &mut self.phase {
                Phase::Next if left == 0 => return Ok(None),
                Phase::Next => {
                    self.phase = Phase::Header;
                    return Ok(Some(log.read_page(self.page, self.at)));
                }
                Phase::Header => {
                    let found = Header::parse(log.chunk(read), self.sequence);
                    let Some(header) = found.filter(|header| header.entry_len() <= left) else {
                        return Ok(None);
                    };
                    self.phase = Phase::Body(Body {
                        header,
                        done: 0,
                        record: digest(),
                        principal: digest(),
                    });
                }
                Phase::Body(body) => {
                    let len = body.header.entry_len();
                    let read = (left - body.done).min(CHUNK_LEN);
                    body.digest(log.chunk(read));
                    if body.done < len {
                        return Ok(Some(log.read_page(self.page, self.at + body.done)));
                    }
                    if !body.is_whole() {
                        return Ok(None);
                    }
                    let header = body.header;
                    if self.applies {
                        let address = log.geometry.address(self.page) + self.at;
                        log.index
                            .apply(&log.geometry, &header, address)
                            .map_err(|_| Fault::Capacity)?;
                    }
                    self.freed |= header.kind == Kind::Freed;
                    self.at += log.geometry.padded(len);
                    self.phase = Phase::Next;
                }
            }
        }
    }
}

impl Body {
    /// Takes in the next part of the entry.
    fn digest(&mut self, chunk: &[u8]) {
        let record = self.header.record_range();
        let principal = record.end..self.header.entry_len();
        self.record.update(part(chunk, self.done, record));
        self.principal.update(part(chunk, self.done, principal));
        self.done += CHUNK_LEN;
    }

    fn is_whole(&self) -> bool {
        self.record.clone().finalize() == self.header.record_sum
            && self.principal.clone().finalize() == self.header.principal_sum
            || self.header.kind != Kind::Record
    }
}

/// What of `range` is in a chunk that begins at `start`.
fn part(chunk: &[u8], start: u32, range: Range<u32>) -> &[u8] {
    let place = |at: u32| (at.saturating_sub(start) as usize).min(chunk.len());
    &chunk[place(range.start)..place(range.end)]
}
