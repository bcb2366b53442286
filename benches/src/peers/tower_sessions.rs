//! The same exchange with tower-sessions: its session and memory store, and its cookie through a signed jar.
//!
//! The steps are those of its middleware, without the middleware: parse the cookies, verify the id, let the handler
//! work on the session, and if it was modified save it and sign a cookie. So it sends one with every change.

use std::sync::Arc;

use futures_util::FutureExt as _;
use tower_sessions::cookie::time::Duration;
use tower_sessions::cookie::{Cookie, CookieJar, Key, SameSite};
use tower_sessions::session::Id;
use tower_sessions::{Expiry, MemoryStore, Session};

use crate::fixture::{COUNTER, READ, SECRET, START, Task, VALUE, keys, pair};
use crate::measure::Work;

/// The cookie's name, as long as ours.
pub(crate) const NAME: &str = "__Host-session";

/// As long as ours.
pub(crate) const IDLE: Duration = Duration::hours(2);

pub(crate) fn key() -> Key {
    Key::from(SECRET)
}

/// A site with its sessions.
pub(crate) struct Site {
    key: Key,
    store: Arc<MemoryStore>,
    set_cookie: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self { key: key(), store: Arc::default(), set_cookie: String::new() }
    }

    /// One request. The text of its `Set-Cookie` stays in `set_cookie`.
    fn exchange(&mut self, header: &str, handler: impl AsyncFnOnce(&Session)) {
        let mut jar = CookieJar::new();
        for part in header.split(';') {
            if let Ok(cookie) = Cookie::parse_encoded(part.to_owned()) {
                jar.add_original(cookie);
            }
        }
        let cookie = jar.signed(&self.key).get(NAME);
        let id = cookie.as_ref().and_then(|cookie| cookie.value().parse::<Id>().ok());
        let expiry = Some(Expiry::OnInactivity(IDLE));
        let session = Session::new(id, Arc::clone(&self.store), expiry);
        let changed = async {
            handler(&session).await;
            let changed = session.is_modified() && !session.is_empty().await;
            if changed {
                session.save().await.expect("memory does not fail");
            }
            changed
        };
        let changed = changed.now_or_never().expect("memory does not wait");
        self.set_cookie.clear();
        if changed {
            let id = session.id().expect("it was saved").to_string();
            let cookie = Cookie::build((NAME, id))
                .http_only(true)
                .same_site(SameSite::Lax)
                .secure(true)
                .path("/")
                .max_age(IDLE);
            jar.signed_mut(&self.key).add(cookie.build());
            self.set_cookie = jar.delta().map(ToString::to_string).next().expect("it was added");
        }
    }

    /// Begins a session with so many keys and says its cookie.
    pub(crate) fn begin(&mut self, count: usize) -> String {
        self.exchange("", async |session| {
            for key in keys(count) {
                session.insert(&key, VALUE).await.expect("a string");
            }
        });
        pair(&self.set_cookie).to_owned()
    }

    fn get<T: serde::de::DeserializeOwned>(&mut self, cookie: &str, key: &str) -> Option<T> {
        let mut value = None;
        self.exchange(cookie, async |session| {
            value = session.get(key).await.expect("what was written");
        });
        value
    }
}

/// One task, on sessions in turn.
pub(crate) struct TowerSessionsWork {
    site: Site,
    task: Task,
    cookies: Vec<String>,
    turn: usize,
    counter: u32,
}

impl TowerSessionsWork {
    pub(crate) fn new(site: Site, task: Task, cookies: Vec<String>) -> Self {
        Self { site, task, cookies, turn: 0, counter: START }
    }

    /// On one session with so many keys.
    pub(crate) fn with_keys(task: Task, keys: usize) -> Self {
        let mut site = Site::new();
        let cookie = site.begin(keys);
        Self::new(site, task, vec![cookie])
    }
}

async fn reads(session: &Session) {
    let value = session.get::<String>(READ).await.expect("a string");
    assert_eq!(value.as_deref(), Some(VALUE));
}

impl Work for TowerSessionsWork {
    fn run(&mut self) {
        self.counter += 1;
        self.turn = if self.turn + 1 < self.cookies.len() { self.turn + 1 } else { 0 };
        let (cookie, counter) = (&self.cookies[self.turn], self.counter);
        match self.task {
            Task::Begin => self.site.exchange("", async |session| {
                session.insert(READ, VALUE).await.expect("a string");
            }),
            Task::Read => self.site.exchange(cookie, reads),
            Task::Write => self.site.exchange(cookie, async |session| {
                reads(session).await;
                session.insert(COUNTER, counter).await.expect("a number");
            }),
        }
    }

    fn check(&mut self) {
        match self.task {
            Task::Begin => {
                let cookie = pair(&self.site.set_cookie).to_owned();
                assert_eq!(self.site.get::<String>(&cookie, READ).as_deref(), Some(VALUE));
            }
            Task::Read => assert_eq!(self.site.set_cookie, ""),
            Task::Write => {
                let cookie = self.cookies[self.turn].clone();
                assert_eq!(pair(&self.site.set_cookie), cookie);
                assert_eq!(self.site.get::<u32>(&cookie, COUNTER), Some(self.counter));
            }
        }
    }
}
