//! What one exchange wants: what its handler sees, what it has changed, and what must come of it.

use core::time::Duration;
use std::collections::BTreeMap;

use sansession::{StoreKey, Timestamp};

use super::model::{Id, Session, Standing, Texts};

mod ending;

pub(super) use ending::Purpose;

pub(super) const IDLE: Duration = Duration::from_secs(60 * 60);
pub(super) const ABSOLUTE: Duration = Duration::from_secs(400 * 60);
pub(super) const RENEW: Duration = Duration::from_secs(30 * 60);
pub(super) const GRACE: Duration = Duration::from_secs(60);
pub(super) const TOUCH_PERCENT: u8 = 10;

/// What holds for all exchanges of a web.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    pub(super) flash_on_open: bool,
    pub(super) renew: Option<Duration>,
    pub(super) touch_percent: u8,
    pub(super) retries: u8,
}

/// The session that an exchange has open.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    pub(super) key: StoreKey,
    /// The id that the browser presented, and what its token says.
    pub(super) id: Id,
    pub(super) token_deadline: Timestamp,
    pub(super) old_key: bool,
    pub(super) standing: Standing,
    /// As it was loaded.
    pub(super) base: Session,
}

/// What becomes of a loaded flash message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    None,
    Spent,
    Kept,
}

/// What tells the sessions, or the ids without one, that CSRF tokens are made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct CsrfBasis {
    pub(super) selector: usize,
    pub(super) retired: bool,
    pub(super) regenerates: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) policy: Policy,
    /// Its number, and that of the id it makes.
    pub(super) number: usize,
    pub(super) now: Timestamp,
    pub(super) opened: Option<Opened>,
    /// Data and principal as the handler sees them.
    pub(super) data: Texts,
    pub(super) principal: Option<String>,
    /// The flash messages that were loaded, and what becomes of each.
    loaded: BTreeMap<String, (u64, String)>,
    marks: BTreeMap<String, Mark>,
    /// Shown in this exchange only.
    pub(super) shown: Texts,
    /// Left for the next one.
    left: Texts,
    cleared: bool,
    /// Key by key; none takes it out.
    written: BTreeMap<String, Option<String>>,
    changed: bool,
    bound: bool,
    regenerate: bool,
    lifetime: Option<(Duration, Duration)>,
    /// The session to be destroyed, and whether a login asks for that.
    ended: Option<(StoreKey, bool)>,
    /// The id without a session that the browser came with.
    pub(super) guest: Option<CsrfBasis>,
    /// A CSRF token was handed out without a session.
    pub(super) guest_wanted: bool,
    /// There is an id to give to a session.
    fresh: bool,
    no_dice: bool,
    answered: bool,
}

impl Request {
    pub(super) fn new(
        policy: Policy,
        number: usize,
        now: Timestamp,
        opened: Option<Opened>,
        guest: Option<CsrfBasis>,
    ) -> Self {
        let base = opened.as_ref().map(|opened| opened.base.clone()).unwrap_or_default();
        let mark = if policy.flash_on_open { Mark::Spent } else { Mark::None };
        Self {
            policy,
            number,
            now,
            opened,
            data: base.data,
            principal: base.principal,
            marks: base.flash.keys().map(|key| (key.clone(), mark)).collect(),
            loaded: base.flash,
            shown: Texts::new(),
            left: Texts::new(),
            cleared: false,
            written: BTreeMap::new(),
            changed: false,
            bound: false,
            regenerate: false,
            lifetime: None,
            ended: None,
            guest,
            guest_wanted: false,
            fresh: false,
            no_dice: false,
            answered: true,
        }
    }

    pub(super) fn loaded_flash(&self, key: &str) -> Option<&str> {
        self.loaded.get(key).map(|(_, message)| message.as_str())
    }

    pub(super) fn ended(&self) -> Option<StoreKey> {
        self.ended.map(|(key, _)| key)
    }
}

/// What a handler may do; named as in the core.
impl Request {
    pub(super) fn insert(&mut self, key: &str, value: &str) {
        self.data.insert(key.into(), value.into());
        self.written.insert(key.into(), Some(value.into()));
        self.changed = true;
    }

    pub(super) fn remove(&mut self, key: &str) -> bool {
        let removed = self.data.remove(key).is_some();
        if removed {
            self.written.insert(key.into(), None);
            self.changed = true;
        }
        removed
    }

    pub(super) fn clear(&mut self) {
        if !self.data.is_empty() {
            self.data.clear();
            self.written.clear();
            (self.cleared, self.changed) = (true, true);
        }
    }

    pub(super) fn flash(&mut self, key: &str, message: &str) {
        self.left.insert(key.into(), message.into());
        self.changed = true;
    }

    pub(super) fn flash_now(&mut self, key: &str, message: &str) {
        self.shown.insert(key.into(), message.into());
    }

    pub(super) fn flashed(&mut self, key: &str) -> Option<String> {
        if let Some(message) = self.shown.get(key) {
            return Some(message.clone());
        }
        if let Some(mark @ Mark::None) = self.marks.get_mut(key) {
            *mark = Mark::Spent;
        }
        self.loaded_flash(key).map(str::to_owned)
    }

    pub(super) fn flash_keys(&self) -> Vec<&str> {
        let stored = self.marks.keys().filter(|key| !self.shown.contains_key(*key));
        self.shown.keys().chain(stored).map(String::as_str).collect()
    }

    pub(super) fn keep(&mut self, key: &str) -> bool {
        if let Some(message) = self.shown.get(key) {
            self.left.insert(key.into(), message.clone());
            self.changed = true;
            return true;
        }
        self.mark(key, Mark::Kept)
    }

    pub(super) fn reflash(&mut self) {
        self.marks.values_mut().for_each(|mark| *mark = Mark::Kept);
        self.changed |= !self.shown.is_empty();
        self.left.extend(self.shown.clone());
    }

    pub(super) fn discard(&mut self, key: &str) -> bool {
        let loaded = self.mark(key, Mark::Spent);
        let left = self.left.remove(key).is_some();
        let shown = self.shown.remove(key).is_some();
        loaded || left || shown
    }

    pub(super) fn regenerate(&mut self) {
        self.regenerate = true;
    }

    pub(super) fn invalidate(&mut self) {
        self.end(false);
    }

    pub(super) fn login(&mut self, principal: &str) {
        if self.principal.as_deref().is_some_and(|bound| bound != principal) {
            let lifetime = self.lifetime;
            self.end(true);
            self.lifetime = lifetime;
        }
        self.principal = Some(principal.into());
        (self.bound, self.changed) = (true, true);
    }

    pub(super) fn set_lifetime(&mut self, idle: Duration, absolute: Duration) {
        self.lifetime = Some((idle, absolute));
    }

    /// What a CSRF token of this exchange stands on.
    pub(super) fn csrf(&mut self) -> CsrfBasis {
        if let Some(opened) = &self.opened {
            let more = u32::from(self.regenerate || self.bound);
            let regenerates = opened.base.regenerates + more;
            return CsrfBasis { selector: opened.base.selector, retired: false, regenerates };
        }
        if let Some(guest) = self.guest
            && !self.changed
            && self.ended.is_none()
            && !self.fresh
        {
            return guest;
        }
        (self.fresh, self.guest_wanted) = (true, true);
        CsrfBasis { selector: self.number, retired: false, regenerates: 0 }
    }

    /// What a CSRF token that came with the request must stand on.
    pub(super) fn csrf_arrived(&self) -> Option<CsrfBasis> {
        match &self.opened {
            Some(opened) => Some(CsrfBasis {
                selector: opened.base.selector,
                retired: false,
                regenerates: opened.base.regenerates,
            }),
            None if self.ended.is_some() => None,
            None => self.guest,
        }
    }

    fn mark(&mut self, key: &str, to: Mark) -> bool {
        self.marks.get_mut(key).map(|mark| *mark = to).is_some()
    }

    fn end(&mut self, by_login: bool) {
        let ended = match (self.ended, self.opened.take()) {
            (Some((key, was)), _) => Some((key, was && by_login)),
            (None, Some(opened)) => Some((opened.key, by_login)),
            (None, None) => None,
        };
        let guest = self.guest;
        *self = Self { ended, ..Self::new(self.policy, self.number, self.now, None, guest) };
    }
}
