//! A carried exchange with actix-session: its `CookieSessionStore`, called as its middleware calls it.
//!
//! The middleware's own work is written out here, because it is private and comes with a framework: parse the cookies,
//! verify, load, let the handler work on the map of JSON texts, update, sign. The cookies are of the version that
//! actix-web uses.

use std::collections::HashMap;

use actix_session::storage::{CookieSessionStore, SessionKey, SessionStore as _};
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use futures_util::FutureExt as _;

use crate::fixture::{COUNTER, READ, SECRET, START, VALUE, keys, pair};
use crate::measure::Work;

const NAME: &str = "__Host-session";
const LIFETIME: Duration = Duration::days(7);

/// The session is a map of JSON texts, as JSON, in a signed cookie; one key is read and another written.
pub(crate) struct ActixSession {
    key: Key,
    header: String,
    counter: u32,
    set_cookie: String,
}

impl ActixSession {
    pub(crate) fn new(count: usize) -> Self {
        let key = Key::from(SECRET);
        let mut work =
            Self { key, header: String::new(), counter: START, set_cookie: String::new() };
        let state = keys(count).map(|key| (key, json(VALUE))).collect();
        let saved = CookieSessionStore::default().save(state, &LIFETIME).now_or_never();
        work.send(saved.expect("it does not wait").expect("it fits"));
        work.header = pair(&work.set_cookie).to_owned();
        work
    }

    fn load(&self, header: &str) -> (SessionKey, HashMap<String, String>) {
        let parts = header.split(';').map(str::trim).filter(|part| !part.is_empty());
        let cookies = parts.filter_map(|part| Some(Cookie::parse_encoded(part).ok()?.into_owned()));
        let cookies: Vec<_> = cookies.collect();
        let cookie = cookies.iter().find(|cookie| cookie.name() == NAME).expect("it was sent");
        let mut jar = CookieJar::new();
        jar.add_original(cookie.clone());
        let verified = jar.signed(&self.key).get(NAME).expect("it verifies");
        let session: SessionKey = verified.value().to_owned().try_into().expect("it fits");
        let state = CookieSessionStore::default().load(&session).now_or_never();
        let state = state.expect("it does not wait").expect("it is JSON").expect("it is there");
        (session, state)
    }

    fn send(&mut self, session: SessionKey) {
        let value: String = session.into();
        let mut cookie = Cookie::new(NAME, value);
        cookie.set_secure(true);
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_path("/");
        cookie.set_max_age(LIFETIME);
        let mut jar = CookieJar::new();
        jar.signed_mut(&self.key).add(cookie);
        let cookie = jar.delta().next().expect("it was added");
        self.set_cookie = cookie.encoded().to_string();
    }
}

impl Work for ActixSession {
    fn run(&mut self) {
        self.counter += 1;
        let (session, mut state) = self.load(&self.header);
        let value: String = text(&state, READ).expect("it is there");
        assert_eq!(value, VALUE);
        state.insert(COUNTER.to_owned(), json(&self.counter));
        let store = CookieSessionStore::default();
        let updated = store.update(session, state, &LIFETIME).now_or_never();
        self.send(updated.expect("it does not wait").expect("it fits"));
    }

    fn check(&mut self) {
        let (_, state) = self.load(pair(&self.set_cookie));
        assert_eq!(text(&state, COUNTER), Some(self.counter));
        assert_eq!(text::<String>(&state, READ).as_deref(), Some(VALUE));
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("it can be written")
}

fn text<T: serde::de::DeserializeOwned>(state: &HashMap<String, String>, key: &str) -> Option<T> {
    Some(serde_json::from_str(state.get(key)?).expect("it is of this type"))
}
