//! Takes in a record that the host has read: at the start of an exchange and again after a conflict, by one rule.

use crate::error::RecordError;
use crate::id::VerifierHash;
use crate::record::{HEADER, Header, Loaded, Standing, Unreadable};
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::step::Meta;
use crate::transport::Stored;
use crate::verdict::Verdict;

impl Slot {
    /// Parses the `len` bytes that were read into the record space. On anything but `Ok(Ok(()))` the slot holds no entries.
    pub(crate) fn take_in(
        &mut self,
        sessions: &Sessions<Stored>,
        len: usize,
        meta: Meta,
    ) -> Result<Result<(), Verdict>, RecordError> {
        self.exchange.entries = 0;
        self.exchange.sealed = None;
        let capacity = self.exchange.layout.split;
        let Some(record) = self.record_space().get(..len) else {
            return Err(RecordError::TooLong { needed: len, capacity });
        };
        let (header, entries, has_flash) = match Header::parse(record) {
            Err(Unreadable::NewerVersion(version)) => {
                return Err(RecordError::NewerVersion { version });
            }
            Err(Unreadable::Corrupt) => return Ok(Err(Verdict::Corrupt)),
            Ok(Loaded { header, entries, has_flash, sealed }) => {
                match (sealed, sessions.config.seals_records) {
                    (None, false) => (header, entries.len(), has_flash),
                    // What is sealed and what is not never pass for one another (promise T5).
                    (None, true) => return Ok(Err(Verdict::Corrupt)),
                    (Some(_), false) => return Err(RecordError::Sealed),
                    (Some(_), true) => {
                        let body = HEADER.saturating_add(entries.len());
                        let Some(unsealed) = self.unseal(&sessions.keys, len, body) else {
                            return Ok(Err(Verdict::Corrupt));
                        };
                        if let Some(presented) = &mut self.exchange.presented {
                            presented.old_key |= unsealed.old_key;
                        }
                        (header, unsealed.entries, unsealed.has_flash)
                    }
                }
            }
        };
        let exchange = &mut self.exchange;
        exchange.entries = entries;
        exchange.has_flash = has_flash;
        exchange.header = header;
        exchange.revision = meta.revision;
        exchange.seen = meta.seen;
        Ok(Ok(()))
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
