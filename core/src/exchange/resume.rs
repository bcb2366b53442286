//! Resume: opens the session that a cookie carries.
//!
//! In: the value of a cookie. Out: an open session, or a verdict. It does for a carried session what loading a record
//! does for a stored one.

use crate::carried::{self, Opened, START};
use crate::config::Config;
use crate::exchange::{Candidate, Guest};
use crate::id::Id;
use crate::keys::Keys;
use crate::protection::Protects;
use crate::record::Standing;
use crate::slot::Slot;
use crate::step::Revision;
use crate::time::{Span, Timestamp};
use crate::verdict::Verdict;

/// Tries a cookie value; true if it opened a session.
pub(crate) fn resume<K: Protects>(
    slot: &mut Slot,
    config: &Config,
    keys: &Keys<K>,
    text: &[u8],
    not_before: impl FnMut(&str) -> Option<Timestamp>,
) -> bool {
    let space = slot.record_space().get_mut(START..).unwrap_or_default();
    let opened = carried::open(keys, text, space);
    match opened.and_then(|opened| slot.judge_carried(config, &opened, not_before)) {
        Ok(()) => {
            slot.welcome(Standing::Current);
            true
        }
        Err(verdict) => {
            let exchange = &mut slot.exchange;
            exchange.entries = 0;
            exchange.retire();
            exchange.verdict = exchange.verdict.max(verdict);
            false
        }
    }
}

impl Slot {
    /// Judges an authentic token. One that could have opened a session is left as the presented one.
    fn judge_carried(
        &mut self,
        config: &Config,
        opened: &Opened,
        mut not_before: impl FnMut(&str) -> Option<Timestamp>,
    ) -> Result<(), Verdict> {
        let exchange = &mut self.exchange;
        let now = exchange.now;
        let fields = &opened.fields;
        // Issued by a clock ahead of ours, beyond what nodes may differ by: as good as never issued.
        if fields.issued > now.plus(Span::of(config.skew)) {
            return Err(Verdict::Unknown);
        }
        // There is nothing that a verifier would open.
        let id = Id { selector: fields.selector, verifier: [0; 16] };
        if fields.guest {
            if now < fields.header.deadline {
                exchange.guest.get_or_insert(Guest { id, retired: false });
            }
            return Err(Verdict::None);
        }
        let deadline = fields.header.deadline;
        if now >= deadline {
            return Err(Verdict::ExpiredAbsolute);
        }
        exchange.presented = Some(Candidate { id, old_key: opened.old_key, deadline });
        exchange.header = fields.header;
        exchange.revision = Revision::new(u64::from(fields.revision));
        exchange.seen = fields.issued;
        exchange.entries = opened.entries;
        exchange.has_flash = opened.has_flash;
        fields.header.in_time(fields.issued, now)?;
        let began = fields.header.created;
        match self.principal().and_then(&mut not_before) {
            Some(cut) if began < cut => Err(Verdict::Unknown),
            _ => Ok(()),
        }
    }
}
