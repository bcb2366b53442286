//! Rotation: when an id is replaced, and what becomes of the one before.

use crate::config::Config;
use crate::exchange::Exchange;
use crate::id::VerifierHash;
use crate::record::{Header, Previous, Standing};
use crate::time::Span;

/// What this exchange does to the session's id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rotation {
    Keep,
    /// The browser has shown the current id: the grace of the one before begins.
    Confirm,
    /// A new id; the presented one stays good until the new one is seen, and for its grace after that.
    Renew,
    /// A new id; every one before is dead at once.
    Regenerate,
}

impl Rotation {
    pub(crate) const fn mints(self) -> bool {
        matches!(self, Self::Renew | Self::Regenerate)
    }
}

impl Exchange {
    /// Which rotation is due (promise L3). Only a session that is open has one.
    pub(crate) fn rotation(&self, config: &Config) -> Rotation {
        let Some(standing) = self.standing else {
            return Rotation::Keep;
        };
        if self.wishes.bound || self.wishes.regenerate {
            return Rotation::Regenerate;
        }
        // No store knows an id that could be renewed.
        if self.carried {
            return Rotation::Keep;
        }
        let age = Span::between(self.header.minted, self.now);
        let due = |period| age >= Span::of(period);
        match standing {
            // "prev presented within its grace: reads and writes, never renews, sends no cookie"
            Standing::Grace => Rotation::Keep,
            // "prev presented, no deadline yet: good; [...] not before another renew period, mint again"
            Standing::Previous if due(config.renew.unwrap_or(config.renew_grace)) => {
                Rotation::Renew
            }
            Standing::Previous => Rotation::Keep,
            Standing::Current => match self.header.previous {
                // "cur presented while prev has no deadline: prev ends at now + grace (soft step)"
                Some(Previous { ends: None, .. }) => Rotation::Confirm,
                Some(Previous { ends: Some(ends), .. }) if self.now < ends => Rotation::Keep,
                _ if self.presents_old_token() || config.renew.is_some_and(due) => Rotation::Renew,
                _ => Rotation::Keep,
            },
        }
    }

    /// Whether the browser's token is signed by a key on its way out, or tells another deadline than the record has or
    /// will have. Every cookie that sets a session carries a new id, so such a one is due for renewal.
    fn presents_old_token(&self) -> bool {
        let deadline = self.with_lifetime(self.header).deadline;
        self.presented
            .as_ref()
            .is_some_and(|presented| presented.old_key || presented.deadline != deadline)
    }

    /// Whether the handler set a lifetime that the session does not have yet.
    pub(crate) fn lifetime_changes(&self) -> bool {
        let (old, new) = (self.header, self.with_lifetime(self.header));
        (old.own_lifetime, old.idle, old.deadline) != (new.own_lifetime, new.idle, new.deadline)
    }

    fn with_lifetime(&self, mut header: Header) -> Header {
        if let Some((idle, absolute)) = self.wishes.lifetime {
            header.own_lifetime = true;
            header.idle = idle;
            // A start that lies ahead of now counts as now (promise L8).
            header.deadline = header.created.min(self.now).plus(absolute);
        }
        header
    }

    /// The header that an update stores.
    pub(crate) fn next_header(&self, config: &Config, rotation: Rotation) -> Header {
        let mut header = self.with_lifetime(self.header);
        if self.wishes.bound {
            let (idle, absolute) = match self.wishes.lifetime {
                Some(lifetime) => lifetime,
                None if header.own_lifetime => {
                    (header.idle, Span::between(header.created, header.deadline))
                }
                None => (Span::of(config.idle), Span::of(config.absolute)),
            };
            header.created = self.now;
            header.idle = idle;
            header.deadline = self.now.plus(absolute);
        }
        if rotation.mints()
            && let Some(fresh) = self.new_verifier()
        {
            header.current = fresh;
            header.minted = self.now;
        }
        match rotation {
            Rotation::Keep => {}
            Rotation::Confirm => {
                let ends = Some(self.now.plus(Span::of(config.renew_grace)));
                header.previous = header.previous.map(|previous| Previous { ends, ..previous });
            }
            Rotation::Renew => {
                let presented =
                    self.presented.as_ref().map(|presented| presented.id.verifier_hash());
                header.previous = presented.map(|hash| Previous { hash, ends: None });
            }
            Rotation::Regenerate => {
                header.previous = None;
                header.regenerates = header.regenerates.wrapping_add(1);
            }
        }
        header
    }

    /// The header of a new session, without the hash of its id.
    pub(crate) fn first_header(&self, config: &Config) -> Header {
        let (idle, absolute) =
            self.wishes.lifetime.unwrap_or((Span::of(config.idle), Span::of(config.absolute)));
        Header {
            created: self.now,
            deadline: self.now.plus(absolute),
            idle,
            minted: self.now,
            own_lifetime: self.wishes.lifetime.is_some(),
            ..Header::EMPTY
        }
    }

    /// Hash of the verifier made in this exchange, under the selector that stays.
    pub(crate) fn new_verifier(&self) -> Option<VerifierHash> {
        Some(self.renewed_id()?.verifier_hash())
    }

    /// The id that the session has after a rotation: its selector stays.
    pub(crate) fn renewed_id(&self) -> Option<crate::id::Id> {
        let (fresh, presented) = (self.fresh.as_ref()?, self.presented.as_ref()?);
        Some(crate::id::Id { selector: presented.id.selector, verifier: fresh.verifier })
    }
}
