//! Reading one record.
//!
//! In: a key. Out: its record, in the caller's memory. A miss, and a record that is too long for that, read nothing.

use sansession::StoreKey;
use sansession_store::Loaded;

use super::{CHUNK_LEN, Log, Machine, Step};
use crate::error::Fault;
use crate::format::checksum;

/// Reads the record of `key` into `buffer`.
pub(crate) struct Load<'a> {
    key: &'a StoreKey,
    buffer: &'a mut [u8],
    /// Bytes that were read, or are being read now.
    done: u32,
    part: u32,
}

impl<'a> Load<'a> {
    pub(crate) const fn new(key: &'a StoreKey, buffer: &'a mut [u8]) -> Self {
        Self { key, buffer, done: 0, part: 0 }
    }
}

impl Machine for Load<'_> {
    type Answer = Loaded;

    fn poll<'m>(&'m mut self, log: &'m mut Log) -> Result<Step<'m, Loaded>, Fault> {
        let Some(session) = log.index.find(self.key).copied() else {
            return Ok(Step::Done(Loaded::Missing));
        };
        let (range, meta) = (session.header.record_range(), session.meta());
        let len = usize::from(session.header.record_len);
        let Some(record) = self.buffer.get_mut(..len) else {
            return Ok(Step::Done(Loaded::Found { len, meta }));
        };
        let (start, unit) = (session.address + range.start, log.geometry.unit());
        if self.part > 0 {
            if !log.geometry.is_bytewise() {
                let from = &log.chunk[((start + self.done) % unit) as usize..];
                let to = record.iter_mut().skip(self.done as usize).take(self.part as usize);
                to.zip(from).for_each(|(place, byte)| *place = *byte);
            }
            self.done += self.part;
        }
        let left = u32::from(session.header.record_len) - self.done;
        if left == 0 {
            if checksum(record) == session.header.record_sum {
                return Ok(Step::Done(Loaded::Found { len, meta }));
            }
            // It has rotten since the mount. The core's verdict on an empty record is that it is corrupt.
            record.fill(0);
            return Ok(Step::Done(Loaded::Found { len: 0, meta }));
        }
        if log.geometry.is_bytewise() {
            self.part = left;
            return Ok(Step::Read { address: start, into: record });
        }
        // Whole units around what is wanted.
        let before = (start + self.done) % unit;
        self.part = left.min(CHUNK_LEN - before);
        let read = log.geometry.padded(before + self.part) as usize;
        let address = start + self.done - before;
        Ok(Step::Read { address, into: &mut log.chunk[..read] })
    }
}
