//! A stored exchange: `Cookie` header to `Set-Cookie` text through core, driver and memory store.

use std::fmt::Write as _;

use futures_util::FutureExt as _;
use getrandom::SysRng;
use sansession::{Active, Config, Ending, Key, KeyRing, Outcome, Sessions, Slot, Stored, Verdict};
use sansession_memory::MemoryStore;
use sansession_store::{NoPause, close, open};

use crate::fixture::{COUNTER, READ, SECRET, START, Task, VALUE, keys, now, pair};
use crate::measure::Work;

/// Sessions as they come, but that sweeping, which is not part of a request, is left out.
pub(crate) fn sessions() -> Sessions<Stored> {
    let key = Key::new(1, SECRET).expect("it is long enough");
    Sessions::stored(Config::new().sweep_share(0), &KeyRing::new(key)).expect("the default is good")
}

/// A site with its sessions.
pub(crate) struct Site {
    sessions: Sessions<Stored>,
    store: MemoryStore,
    slot: Box<Slot>,
    set_cookie: String,
}

impl Site {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            sessions: sessions(),
            store: MemoryStore::new(capacity),
            slot: Box::new(Slot::<[u8; 16384]>::new()),
            set_cookie: String::with_capacity(512),
        }
    }

    /// One request. The text of its `Set-Cookie` stays in `set_cookie`.
    fn exchange(
        &mut self,
        cookie: &str,
        handler: impl FnOnce(&mut Active<&mut Slot>),
    ) -> (Verdict, Outcome) {
        let cookie = (!cookie.is_empty()).then_some(cookie.as_bytes());
        let begin = self.sessions.begin(cookie, now(), &mut *self.slot);
        let active =
            open(&self.sessions, &self.store, begin).now_or_never().expect("memory does not wait");
        let mut active = active.expect("memory does not fail");
        handler(&mut active);
        let end = self.sessions.finish(active, Ending::Answered, now(), &mut SysRng);
        let end = end.expect("the system has randomness");
        let finished = close(&self.sessions, &self.store, &NoPause, end).now_or_never();
        let finished = finished.expect("memory does not wait");
        self.set_cookie.clear();
        if let Some(cookie) = finished.reply.set_cookie(&self.sessions) {
            write!(self.set_cookie, "{cookie}").expect("strings do not fail");
        }
        (finished.reply.verdict(), finished.reply.outcome())
    }

    /// Begins a session with so many keys and says its cookie.
    pub(crate) fn begin(&mut self, count: usize) -> String {
        let outcome = self.exchange("", |active| {
            for key in keys(count) {
                active.insert_str(&key, VALUE).expect("it fits");
            }
        });
        assert_eq!(outcome, (Verdict::None, Outcome::Created));
        pair(&self.set_cookie).to_owned()
    }

    fn read_counter(&mut self, cookie: &str) -> Option<u32> {
        let mut counter = None;
        self.exchange(cookie, |active| counter = active.get(COUNTER).expect("a number"));
        counter
    }
}

/// One task, on sessions in turn.
pub(crate) struct StoredWork {
    site: Site,
    task: Task,
    cookies: Vec<String>,
    turn: usize,
    counter: u32,
}

impl StoredWork {
    pub(crate) fn new(site: Site, task: Task, cookies: Vec<String>) -> Self {
        Self { site, task, cookies, turn: 0, counter: START }
    }

    /// On one session with so many keys.
    pub(crate) fn with_keys(task: Task, keys: usize) -> Self {
        let mut site = Site::new(1_000_000);
        let cookie = site.begin(keys);
        Self::new(site, task, vec![cookie])
    }
}

impl Work for StoredWork {
    fn run(&mut self) {
        self.counter += 1;
        self.turn = if self.turn + 1 < self.cookies.len() { self.turn + 1 } else { 0 };
        let (cookie, counter) = (&self.cookies[self.turn], self.counter);
        let reads = |active: &mut Active<&mut Slot>| {
            assert_eq!(active.get(READ), Ok(Some(VALUE)));
        };
        let (outcome, expected) = match self.task {
            Task::Begin => {
                let writes = |active: &mut Active<&mut Slot>| {
                    active.insert_str(READ, VALUE).expect("it fits");
                };
                (self.site.exchange("", writes), (Verdict::None, Outcome::Created))
            }
            Task::Read => {
                (self.site.exchange(cookie, reads), (Verdict::Resumed, Outcome::Unchanged))
            }
            Task::Write => {
                let writes = |active: &mut Active<&mut Slot>| {
                    reads(active);
                    active.insert(COUNTER, &counter).expect("it fits");
                };
                (self.site.exchange(cookie, writes), (Verdict::Resumed, Outcome::Updated))
            }
        };
        assert_eq!(outcome, expected);
    }

    fn check(&mut self) {
        match self.task {
            Task::Begin => {
                let cookie = pair(&self.site.set_cookie).to_owned();
                let mut value = None;
                self.site.exchange(&cookie, |active| {
                    value = active.get::<String>(READ).expect("a string");
                });
                assert_eq!(value.as_deref(), Some(VALUE));
            }
            Task::Read => assert_eq!(self.site.set_cookie, ""),
            Task::Write => {
                assert_eq!(self.site.set_cookie, "");
                let cookie = self.cookies[self.turn].clone();
                assert_eq!(self.site.read_counter(&cookie), Some(self.counter));
            }
        }
    }
}
