//! What must come of an exchange: what its end is about, and the session that it leaves.

use sansession::{Ending, Timestamp};

use super::{ABSOLUTE, GRACE, IDLE, Mark, Request};
use crate::exchange::model::{Id, Previous, Session, Standing};

/// What the end of an exchange is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::exchange) enum Purpose {
    Nothing,
    /// Its session ended under it.
    Refused,
    Guest,
    Touch,
    /// An update that may fail: flash was used up, or the id is renewed.
    Soft,
    Change,
    /// A login: if the session is lost meanwhile, it makes a new one.
    Bind,
    Create,
    Destroy,
    Replace,
}

/// What an update does to the session's id (promises L2 and L3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rotation {
    Keep,
    /// The current id was seen: the grace of the one before begins.
    Confirm,
    Renew,
    Regenerate,
}

impl Request {
    /// The handler is done.
    pub(in crate::exchange) fn finish(&mut self, ending: Ending, now: Timestamp, dice: bool) {
        self.now = self.now.max(now);
        self.answered = ending == Ending::Answered;
        self.guest_wanted &= self.answered;
        let mints = match self.purpose() {
            Purpose::Create | Purpose::Replace => true,
            Purpose::Nothing | Purpose::Guest | Purpose::Refused | Purpose::Destroy => false,
            _ => matches!(self.rotation(), Rotation::Renew | Rotation::Regenerate),
        };
        self.no_dice = mints && !self.fresh && !dice;
        self.fresh |= mints && dice;
    }

    /// Whether there must be an id that there is not: then nothing happens at all.
    pub(in crate::exchange) fn fails_without_id(&self) -> bool {
        let regenerates = self.purpose() == Purpose::Change && self.regenerate;
        let needs = regenerates || matches!(self.purpose(), Purpose::Create | Purpose::Bind);
        needs && !self.fresh
    }

    pub(in crate::exchange) fn purpose(&self) -> Purpose {
        let Some(opened) = &self.opened else {
            return self.purpose_without_session();
        };
        let expired = self.now >= opened.base.deadline;
        let changed = self.changed || self.lifetime_changes(&opened.base);
        match () {
            () if !self.answered => Purpose::Nothing,
            () if self.bound => Purpose::Bind,
            () if expired && (changed || self.regenerate) => Purpose::Refused,
            () if expired => Purpose::Nothing,
            () if changed || self.regenerate => Purpose::Change,
            () if self.is_tidied() || self.spends() => Purpose::Soft,
            () if self.is_touch_due(&opened.base) => Purpose::Touch,
            () => Purpose::Nothing,
        }
    }

    pub(in crate::exchange) fn purpose_without_session(&self) -> Purpose {
        // What was written and taken out again makes no session.
        let holds = !self.data.is_empty() || !self.left.is_empty() || self.principal.is_some();
        let creates = self.answered && self.changed && holds;
        match self.ended {
            Some((_, by_login)) if !self.answered && by_login => Purpose::Nothing,
            Some(_) if creates => Purpose::Replace,
            Some(_) => Purpose::Destroy,
            None if creates => Purpose::Create,
            None if self.guest_wanted => Purpose::Guest,
            None => Purpose::Nothing,
        }
    }

    /// Whether there is something to do to the id.
    fn is_tidied(&self) -> bool {
        match self.rotation() {
            Rotation::Keep => false,
            Rotation::Renew => !self.no_dice,
            Rotation::Confirm | Rotation::Regenerate => true,
        }
    }

    /// Whether it uses a flash message up.
    fn spends(&self) -> bool {
        self.marks.values().any(|mark| *mark == Mark::Spent)
    }

    fn is_touch_due(&self, base: &Session) -> bool {
        let share = base.idle.as_millis() * u128::from(self.policy.touch_percent) / 100;
        self.now.since(base.seen).as_millis() >= share
    }

    fn lifetime_changes(&self, base: &Session) -> bool {
        let new = self.with_lifetime(base.clone());
        (new.own_lifetime, new.idle, new.deadline) != (base.own_lifetime, base.idle, base.deadline)
    }

    fn with_lifetime(&self, mut session: Session) -> Session {
        if let Some((idle, absolute)) = self.lifetime {
            session.own_lifetime = true;
            session.idle = idle;
            session.deadline = session.created.min(self.now).after(absolute);
        }
        session
    }

    /// What is due for the session as it was loaded.
    fn rotation(&self) -> Rotation {
        let Some(opened) = &self.opened else { return Rotation::Keep };
        if self.bound || self.regenerate {
            return Rotation::Regenerate;
        }
        let base = &opened.base;
        let is_due = |period| self.now.since(base.minted) >= period;
        let moved = opened.token_deadline != self.with_lifetime(base.clone()).deadline;
        let renews = match (opened.standing, base.previous) {
            (Standing::Grace, _) => false,
            (Standing::Previous, _) => is_due(self.policy.renew.unwrap_or(GRACE)),
            (Standing::Current, Some(Previous { ends: None, .. })) => return Rotation::Confirm,
            (Standing::Current, Some(Previous { ends: Some(ends), .. })) if self.now < ends => {
                false
            }
            (Standing::Current, _) => {
                opened.old_key || moved || self.policy.renew.is_some_and(is_due)
            }
        };
        if renews { Rotation::Renew } else { Rotation::Keep }
    }

    /// The session that an update leaves, and whether it has a new id.
    pub(in crate::exchange) fn updated(&self, found: &Session) -> (Session, bool) {
        let rotation = match self.rotation() {
            Rotation::Renew if !self.fresh => Rotation::Keep,
            rotation => rotation,
        };
        let mut session = self.with_lifetime(found.clone());
        self.change(&mut session);
        session.seen = session.seen.max(self.now);
        if self.bound {
            let (idle, absolute) = match self.lifetime {
                Some(lifetime) => lifetime,
                None if session.own_lifetime => {
                    (session.idle, session.deadline.since(session.created))
                }
                None => (IDLE, ABSOLUTE),
            };
            (session.created, session.idle) = (self.now, idle);
            session.deadline = self.now.after(absolute);
        }
        let mints = matches!(rotation, Rotation::Renew | Rotation::Regenerate);
        if mints {
            (session.current, session.minted) = (Id(self.number, session.selector), self.now);
        }
        match rotation {
            Rotation::Keep => {}
            Rotation::Confirm => {
                let ends = Some(self.now.after(GRACE));
                session.previous = session.previous.map(|previous| Previous { ends, ..previous });
            }
            Rotation::Renew => {
                let presented = self.opened.as_ref().map(|opened| opened.id);
                session.previous = presented.map(|id| Previous { id, ends: None });
            }
            Rotation::Regenerate => {
                session.previous = None;
                session.regenerates += 1;
            }
        }
        (session, mints)
    }

    /// The session that it makes.
    pub(in crate::exchange) fn created(&self) -> Session {
        let (idle, absolute) = self.lifetime.unwrap_or((IDLE, ABSOLUTE));
        let mut session = Session {
            selector: self.number,
            current: Id(self.number, self.number),
            seen: self.now,
            created: self.now,
            minted: self.now,
            deadline: self.now.after(absolute),
            idle,
            own_lifetime: self.lifetime.is_some(),
            ..Session::default()
        };
        self.change(&mut session);
        session
    }

    /// Promise L6: its own changes, key by key.
    fn change(&self, session: &mut Session) {
        if self.cleared {
            session.data.clear();
        }
        for (key, value) in &self.written {
            match value {
                Some(value) => drop(session.data.insert(key.clone(), value.clone())),
                None => drop(session.data.remove(key)),
            }
        }
        // Only the very message: another one under the same key has another revision.
        for (key, (revision, _)) in &self.loaded {
            let spent = self.marks.get(key) == Some(&Mark::Spent);
            if spent && session.flash.get(key).is_some_and(|(found, _)| found == revision) {
                session.flash.remove(key);
            }
        }
        if self.bound {
            session.principal.clone_from(&self.principal);
        }
        session.revision += 1;
        for (key, message) in &self.left {
            session.flash.insert(key.clone(), (session.revision, message.clone()));
        }
    }
}
