//! Appending an entry, and making room for it by turning the ring.
//!
//! In: an entry. Out: it is on flash, and in the table. A turn takes the page after the head, which holds nothing of
//! worth: it is erased, read to see that it is blank, and gets its header. The live entries of the page after that one
//! are copied to it. Then one entry, *freed*, says that the copies are whole; from then on the page that they came from
//! is the one that holds nothing of worth. Before it, the copies count for nothing. So every page that is ever erased
//! has been declared worthless before, and whatever a cut erase leaves there does not matter.

use super::{Ask, CHUNK_LEN, Log};
use crate::error::Fault;
use crate::format::{Header, HeaderBytes, PAGE_HEADER, is_blank, page_header};

/// An entry on its way to flash.
pub(crate) struct Append<'a> {
    header: Header,
    record: &'a [u8],
    principal: &'a [u8],
    bytes: Option<HeaderBytes>,
    phase: Phase,
    turns: u32,
}

/// What is to be done next, when all before it is.
#[derive(Clone, Copy)]
enum Phase {
    /// See whether there is room.
    Fit,
    /// Look at what was read of the page that was erased.
    Blank { at: u32, read: u32 },
    /// Make that page the newest.
    Header,
    /// Copy the entries of the sessions from `place` on to `to`.
    Copy { place: usize, done: u32, read: u32, to: u32 },
    /// Go over to the new page.
    Turned { to: u32 },
    /// Write the rest of the entry.
    Write { at: u32, done: u32 },
}

impl<'a> Append<'a> {
    pub(crate) fn new(header: Header) -> Self {
        Self::record(header, &[], &[])
    }

    pub(crate) fn record(header: Header, record: &'a [u8], principal: &'a [u8]) -> Self {
        Self { header, record, principal, bytes: None, phase: Phase::Fit, turns: 0 }
    }

    /// What to do next; nothing when the entry is on flash and the table knows it.
    pub(crate) fn poll(&mut self, log: &mut Log) -> Result<Option<Ask>, Fault> {
        let page = log.geometry.page_bytes();
        loop {
            let spare = log.geometry.after(log.head, 1);
            let from = log.geometry.after(log.head, 2);
            match self.phase {
                Phase::Fit => {
                    let len = log.geometry.padded(self.header.entry_len());
                    if page - log.free >= len {
                        let at = log.free;
                        // Until all of it is written, nothing may follow.
                        log.free = page;
                        log.begin(&self.header);
                        self.bytes = Some(self.header.to_bytes(log.head_sequence));
                        self.phase = Phase::Write { at, done: 0 };
                        continue;
                    }
                    // So many turns make room; see `Geometry::fits`.
                    if self.turns == log.geometry.pages() {
                        return Err(Fault::Capacity);
                    }
                    self.turns += 1;
                    // If this is cut short, the mark at its end may be there or not. What was written to this page
                    // afterwards would be on the wrong side of it.
                    log.free = page;
                    self.phase = Phase::Blank { at: 0, read: 0 };
                    let from = log.geometry.address(spare);
                    return Ok(Some(Ask::Erase { from, to: from + page }));
                }
                Phase::Blank { at, read } => {
                    if !is_blank(log.chunk(read)) {
                        return Err(Fault::Worn(spare));
                    }
                    let at = at + read;
                    if at == page {
                        self.phase = Phase::Header;
                        continue;
                    }
                    let read = (page - at).min(CHUNK_LEN);
                    self.phase = Phase::Blank { at, read };
                    return Ok(Some(log.read_page(spare, at)));
                }
                Phase::Header => {
                    log.sequence = log.sequence.checked_add(1).ok_or(Fault::Worn(spare))?;
                    let header = page_header(&log.geometry, log.sequence);
                    let to = log.geometry.padded(PAGE_HEADER);
                    self.phase = Phase::Copy { place: 0, done: 0, read: 0, to };
                    return Ok(Some(log.write_small(log.geometry.address(spare), &header)));
                }
                Phase::Copy { place, done, read, to } => {
                    let Some((place, session)) = log.index.next_on(&log.geometry, from, place)
                    else {
                        let freed = Header::freed().to_bytes(log.sequence);
                        self.phase = Phase::Turned { to };
                        let address = log.geometry.address(spare) + to;
                        return Ok(Some(log.write_small(address, freed.as_slice())));
                    };
                    let len = log.geometry.padded(session.header.entry_len());
                    if done == len {
                        self.phase =
                            Phase::Copy { place: place + 1, done: 0, read: 0, to: to + len };
                        continue;
                    }
                    if read == 0 {
                        let read = (len - done).min(CHUNK_LEN);
                        self.phase = Phase::Copy { place, done, read, to };
                        let address = session.address + done;
                        return Ok(Some(Ask::Read { address, len: read }));
                    }
                    if done == 0 {
                        // With the times of the touches since, and for the new page.
                        let header = session.header.to_bytes(log.sequence);
                        let place = log.chunk.iter_mut().zip(header.as_slice());
                        place.for_each(|(place, byte)| *place = *byte);
                    }
                    self.phase = Phase::Copy { place, done: done + read, read: 0, to };
                    let address = log.geometry.address(spare) + to + done;
                    return Ok(Some(Ask::Write { address, len: read }));
                }
                Phase::Turned { to } => {
                    let first = log.geometry.address(spare) + log.geometry.padded(PAGE_HEADER);
                    log.index.moved(&log.geometry, from, first);
                    log.head = spare;
                    log.head_sequence = log.sequence;
                    log.free = to + log.geometry.padded(Header::freed().entry_len());
                    self.phase = Phase::Fit;
                }
                Phase::Write { at, done } => {
                    let len = log.geometry.padded(self.header.entry_len());
                    let address = log.geometry.address(log.head) + at;
                    if done == len {
                        log.free = at + len;
                        log.finish(&self.header, address)?;
                        return Ok(None);
                    }
                    let part = (len - done).min(CHUNK_LEN);
                    self.phase = Phase::Write { at, done: done + part };
                    self.fill(done, &mut log.chunk);
                    return Ok(Some(Ask::Write { address: address + done, len: part }));
                }
            }
        }
    }

    /// The bytes of the entry from `at` on, with ones behind them: a bit that is not written wears nothing.
    fn fill(&self, at: u32, chunk: &mut [u8]) {
        let header = self.bytes.as_ref().map(HeaderBytes::as_slice).unwrap_or_default();
        let (mut skip, mut rest) = (at as usize, chunk);
        for part in [header, self.record, self.principal] {
            let (skipped, part) = part.split_at(skip.min(part.len()));
            skip -= skipped.len();
            let (place, behind) = rest.split_at_mut(part.len().min(rest.len()));
            place.copy_from_slice(&part[..place.len()]);
            rest = behind;
        }
        rest.fill(0xff);
    }
}
