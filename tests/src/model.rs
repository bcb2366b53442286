//! What sessions should do, in the plainest code: maps, and one request at a time.
//!
//! It knows nothing of cookies, records or steps. A visitor holds the number of a session and the count of its ids;
//! only the latest id is good.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use sansession::Timestamp;

/// Names and their texts.
pub type Texts = BTreeMap<String, String>;

/// What a visitor holds: a session and which of its ids.
pub type Visitor = Option<(usize, usize)>;

/// A session.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// The data.
    pub data: Texts,
    /// The messages that wait for the next request.
    pub flash: Texts,
    /// Whom it is bound to.
    pub principal: Option<String>,
    ids: usize,
    seen: Timestamp,
    deadline: Timestamp,
}

/// All sessions, and how long they live.
#[derive(Clone, Debug)]
pub struct Model {
    sessions: BTreeMap<usize, Session>,
    started: usize,
    idle: Duration,
    absolute: Duration,
}

/// A request in progress.
#[derive(Debug, Default)]
pub struct Request {
    /// The session as this request sees it.
    pub session: Session,
    live: Option<usize>,
    ended: Option<usize>,
    /// It was ended by a logout, not by binding another principal.
    logout: bool,
    /// Shown in this request only.
    shown: Texts,
    /// Messages of the session that stay for another request.
    kept: BTreeSet<String>,
    /// Left for the next request.
    left: Texts,
    changed: bool,
    new_id: bool,
    bound: bool,
}

impl Model {
    /// No sessions yet.
    pub const fn new(idle: Duration, absolute: Duration) -> Self {
        Self { sessions: BTreeMap::new(), started: 0, idle, absolute }
    }

    /// The living session of `visitor`.
    pub fn session(&self, visitor: Visitor, now: Timestamp) -> Option<&Session> {
        let (number, id) = visitor?;
        let session = self.sessions.get(&number)?;
        (session.ids == id && self.lives(session, now)).then_some(session)
    }

    /// How many sessions live.
    pub fn count(&self, now: Timestamp) -> usize {
        self.sessions.values().filter(|session| self.lives(session, now)).count()
    }

    /// Ends all sessions of `principal`.
    pub fn end_all(&mut self, principal: &str) {
        self.sessions.retain(|_, session| session.principal.as_deref() != Some(principal));
    }

    fn lives(&self, session: &Session, now: Timestamp) -> bool {
        now < session.deadline && now < session.seen.after(self.idle)
    }

    /// A request of `visitor` begins.
    pub fn open(&self, visitor: Visitor, now: Timestamp) -> Request {
        match self.session(visitor, now) {
            Some(session) => {
                let live = visitor.map(|(number, _)| number);
                Request { session: session.clone(), live, ..Request::default() }
            }
            None => Request::default(),
        }
    }

    /// It ends well; what the visitor holds if the answer arrives.
    pub fn close(&mut self, request: Request, visitor: Visitor, now: Timestamp) -> Visitor {
        let mut session = request.session;
        session.flash.retain(|key, _| request.kept.contains(key));
        session.flash.extend(request.left);
        session.seen = now;
        if request.bound {
            session.deadline = now.after(self.absolute);
        }
        let ended = request.ended.and_then(|number| self.sessions.remove(&number)).is_some();
        if let Some(number) = request.live {
            session.ids += usize::from(request.new_id);
            let ids = session.ids;
            self.sessions.insert(number, session);
            return Some((number, ids));
        }
        // What was written and taken out again makes no session.
        let holds =
            !(session.data.is_empty() && session.flash.is_empty() && session.principal.is_none());
        if request.changed && holds {
            self.started += 1;
            session.deadline = now.after(self.absolute);
            session.ids = 0;
            self.sessions.insert(self.started, session);
            return Some((self.started, 0));
        }
        if ended { None } else { visitor }
    }

    /// It ends with a failure: only a logout is carried out. What the visitor holds if the answer arrives.
    pub fn fail(&mut self, request: &Request, visitor: Visitor) -> Visitor {
        let ended = request.ended.filter(|_| request.logout);
        match ended.and_then(|number| self.sessions.remove(&number)) {
            Some(_) => None,
            None => visitor,
        }
    }
}

/// What a handler may do; named as in the core.
#[expect(missing_docs, reason = "they are documented in the core")]
impl Request {
    pub fn insert(&mut self, key: &str, value: &str) {
        self.session.data.insert(key.into(), value.into());
        self.changed = true;
    }

    pub fn remove(&mut self, key: &str) -> bool {
        let removed = self.session.data.remove(key).is_some();
        self.changed |= removed;
        removed
    }

    pub fn clear(&mut self) {
        self.changed |= !self.session.data.is_empty();
        self.session.data.clear();
    }

    pub fn flash(&mut self, key: &str, message: &str) {
        self.left.insert(key.into(), message.into());
        self.changed = true;
    }

    pub fn flash_now(&mut self, key: &str, message: &str) {
        self.shown.insert(key.into(), message.into());
    }

    pub fn flashed(&self, key: &str) -> Option<String> {
        self.shown.get(key).or_else(|| self.session.flash.get(key)).cloned()
    }

    pub fn flash_keys(&self) -> BTreeSet<String> {
        self.shown.keys().chain(self.session.flash.keys()).cloned().collect()
    }

    pub fn keep(&mut self, key: &str) -> bool {
        if let Some(message) = self.shown.get(key) {
            self.left.insert(key.into(), message.clone());
            self.changed = true;
            return true;
        }
        let waits = self.session.flash.contains_key(key);
        if waits {
            self.kept.insert(key.into());
        }
        waits
    }

    pub fn reflash(&mut self) {
        self.kept.extend(self.session.flash.keys().cloned());
        self.changed |= !self.shown.is_empty();
        self.left.extend(self.shown.clone());
    }

    pub fn discard(&mut self, key: &str) -> bool {
        self.kept.remove(key);
        let waited = self.session.flash.contains_key(key);
        let left = self.left.remove(key).is_some();
        let shown = self.shown.remove(key).is_some();
        waited || left || shown
    }

    pub fn regenerate(&mut self) {
        self.new_id = true;
    }

    pub fn invalidate(&mut self) {
        self.end();
        self.logout = true;
    }

    fn end(&mut self) {
        let ended = self.ended.or(self.live);
        *self = Self { ended, logout: self.logout, ..Self::default() };
    }

    pub fn login(&mut self, principal: &str) {
        if self.session.principal.as_deref().is_some_and(|bound| bound != principal) {
            self.end();
        }
        self.session.principal = Some(principal.into());
        (self.changed, self.new_id, self.bound) = (true, true, true);
    }
}
