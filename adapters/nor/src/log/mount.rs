//! Learning what is on flash, without writing to it.
//!
//! In: pages as they are, also after a cut at any point. Out: the table, and where to go on. The newest page with the
//! mark *freed* is the head. If the newest of all has no such mark, a turn of the ring was cut short: its copies count for
//! nothing. The page after the head counts for nothing either; all others are read in the order of the ring, oldest
//! first. What makes no sense ends its page; nothing makes a mount fail but pages that are somebody else's.

use super::scan::Scan;
use super::{Ask, CHUNK_LEN, Log, Machine, Step};
use crate::error::Fault;
use crate::format::{PAGE_HEADER, is_blank, parse_page_header};

/// Learns what is on flash.
pub(crate) struct Mount {
    phase: Phase,
    /// The page with the highest number, and that.
    newest: Option<(u32, u32)>,
    /// The number of the page that was read last.
    last: u32,
}

enum Phase {
    /// Read the header of a page, if there is one more.
    Header { page: u32 },
    /// Look at it.
    Parse { page: u32 },
    /// See whether the newest page has the mark.
    Newest(Scan),
    /// Read the header of the `nth` page in the order of the ring.
    Turn { nth: u32 },
    /// Look at it.
    Replay { nth: u32 },
    /// Read the page.
    Page { nth: u32, scan: Scan },
    /// Read the rest of the head.
    Rest { at: u32 },
    /// See whether it is blank.
    Blank { at: u32 },
}

impl Mount {
    pub(crate) const fn new() -> Self {
        Self { phase: Phase::Header { page: 0 }, newest: None, last: 0 }
    }

    /// What to do next; nothing when all is known.
    fn next(&mut self, log: &mut Log) -> Result<Option<Ask>, Fault> {
        let pages = log.geometry.pages();
        let page_bytes = log.geometry.page_bytes();
        // The oldest page is the second after the head: the first is the one that counts for nothing.
        let nth_page = |log: &Log, nth| log.geometry.after(log.head, 2 + nth);
        loop {
            match &mut self.phase {
                Phase::Header { page } if *page < pages => {
                    let page = *page;
                    self.phase = Phase::Parse { page };
                    return Ok(Some(log.read_header(page)));
                }
                Phase::Header { .. } => {
                    // Blank flash is a ring whose head has no room.
                    let Some((page, sequence)) = self.newest else { return Ok(None) };
                    log.sequence = sequence;
                    self.phase = Phase::Newest(Scan::new(log, page, sequence, false));
                }
                Phase::Parse { page } => {
                    let page = *page;
                    let found = log.parse_header()?;
                    if let Some(sequence) = found
                        && self.newest.is_none_or(|(_, newest)| newest < sequence)
                    {
                        self.newest = Some((page, sequence));
                    }
                    self.phase = Phase::Header { page: page + 1 };
                }
                Phase::Newest(scan) => {
                    if let Some(ask) = scan.poll(log)? {
                        return Ok(Some(ask));
                    }
                    let (newest, _) = self.newest.unwrap_or_default();
                    let freed = scan.is_freed();
                    log.head = if freed { newest } else { log.geometry.after(newest, pages - 1) };
                    self.phase = Phase::Turn { nth: 0 };
                }
                Phase::Turn { nth } if *nth < pages - 1 => {
                    let nth = *nth;
                    self.phase = Phase::Replay { nth };
                    let page = nth_page(log, nth);
                    return Ok(Some(log.read_header(page)));
                }
                Phase::Turn { .. } => return Ok(None),
                Phase::Replay { nth } => {
                    let nth = *nth;
                    self.phase = match log.parse_header()?.filter(|found| self.last < *found) {
                        Some(sequence) => {
                            self.last = sequence;
                            let scan = Scan::new(log, nth_page(log, nth), sequence, true);
                            Phase::Page { nth, scan }
                        }
                        None => Phase::Turn { nth: nth + 1 },
                    };
                }
                Phase::Page { nth, scan } => {
                    if let Some(ask) = scan.poll(log)? {
                        return Ok(Some(ask));
                    }
                    let (nth, at) = (*nth, scan.end());
                    // Nothing is written behind the entries of a page whose successor was begun: that may be whole but
                    // for a last word that will be read differently tomorrow.
                    let is_newest = self.newest.is_some_and(|(_, newest)| newest == self.last);
                    let is_head = nth + 1 == pages - 1 && is_newest;
                    self.phase =
                        if is_head { Phase::Rest { at } } else { Phase::Turn { nth: nth + 1 } };
                }
                Phase::Rest { at } if *at < page_bytes => {
                    let at = *at;
                    self.phase = Phase::Blank { at };
                    return Ok(Some(log.read_page(log.head, at)));
                }
                Phase::Rest { .. } => return Ok(None),
                Phase::Blank { at } => {
                    let read = (page_bytes - *at).min(CHUNK_LEN);
                    if !is_blank(log.chunk(read)) {
                        log.free = page_bytes;
                        return Ok(None);
                    }
                    if log.free == page_bytes {
                        log.free = *at;
                        log.head_sequence = self.last;
                    }
                    self.phase = Phase::Rest { at: *at + read };
                }
            }
        }
    }
}

impl Machine for Mount {
    type Answer = ();

    fn poll<'m>(&'m mut self, log: &'m mut Log) -> Result<Step<'m, ()>, Fault> {
        Ok(match self.next(log)? {
            Some(ask) => log.step(ask),
            None => Step::Done(()),
        })
    }
}

impl Log {
    fn read_header(&self, page: u32) -> Ask {
        let len = self.geometry.padded(PAGE_HEADER);
        Ask::Read { address: self.geometry.address(page), len }
    }

    fn parse_header(&self) -> Result<Option<u32>, Fault> {
        parse_page_header(&self.geometry, &self.chunk)
    }
}

/// Erases the whole ring, whoever's it is.
pub(crate) struct Format {
    page: u32,
}

impl Format {
    pub(crate) const fn new() -> Self {
        Self { page: 0 }
    }
}

impl Machine for Format {
    type Answer = ();

    fn poll<'m>(&'m mut self, log: &'m mut Log) -> Result<Step<'m, ()>, Fault> {
        if self.page == log.geometry.pages() {
            return Ok(Step::Done(()));
        }
        let from = log.geometry.address(self.page);
        self.page += 1;
        Ok(Step::Erase { from, to: from + log.geometry.page_bytes() })
    }
}
