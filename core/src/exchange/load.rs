//! Takes in a record that the host has read: at the start of an exchange and again after a conflict, by one rule.

use crate::error::RecordError;
use crate::id::VerifierHash;
use crate::record::{Header, Loaded, Standing, Unreadable};
use crate::slot::Slot;
use crate::step::Meta;
use crate::verdict::Verdict;

impl Slot {
    /// Parses the `len` bytes that were read into the record space. On anything but `Ok(Ok(()))` the slot holds no entries.
    pub(crate) fn take_in(
        &mut self,
        len: usize,
        meta: Meta,
    ) -> Result<Result<(), Verdict>, RecordError> {
        self.exchange.entries = 0;
        let capacity = self.exchange.layout.split;
        let Some(record) = self.record_space().get(..len) else {
            return Err(RecordError::TooLong { needed: len, capacity });
        };
        match Header::parse(record) {
            Err(Unreadable::NewerVersion(version)) => Err(RecordError::NewerVersion { version }),
            Err(Unreadable::Corrupt) => Ok(Err(Verdict::Corrupt)),
            Ok(Loaded { header, entries, has_flash }) => {
                let entries = entries.len();
                let exchange = &mut self.exchange;
                exchange.entries = entries;
                exchange.has_flash = has_flash;
                exchange.header = header;
                exchange.revision = meta.revision;
                exchange.seen = meta.seen;
                Ok(Ok(()))
            }
        }
    }

    /// Judges the record taken in by the verifier that the browser presented.
    pub(crate) fn judge(&mut self) -> Result<Standing, Verdict> {
        let exchange = &self.exchange;
        let presented = self.presented_hash().ok_or(Verdict::Unknown)?;
        exchange.header.judge(&presented, exchange.seen, exchange.now)
    }

    pub(crate) fn presented_hash(&self) -> Option<VerifierHash> {
        Some(self.exchange.presented.as_ref()?.id.verifier_hash())
    }
}
