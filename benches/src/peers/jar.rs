//! The jars of cookie 0.18, signed and private: values in cookies, and sessions as JSON maps in cookies.
//!
//! Values are of characters that a cookie may have, so nothing is percent-encoded. JSON has others; maps are encoded and
//! decoded as axum-extra and actix-web do it.

use cookie::time::Duration;
use cookie::{Cookie, CookieJar, Key, SameSite};
use serde_json::{Map, Value};

use crate::fixture::{COUNTER, READ, SECRET, START, VALUE, keys, pair};
use crate::measure::Work;

const NAME: &str = "__Host-session";

/// Which jar.
#[derive(Clone, Copy)]
pub(crate) enum Jar {
    Signed,
    Private,
}

impl Jar {
    fn get(self, key: &Key, jar: &CookieJar) -> Option<Cookie<'static>> {
        match self {
            Self::Signed => jar.signed(key).get(NAME),
            Self::Private => jar.private(key).get(NAME),
        }
    }

    fn add(self, key: &Key, jar: &mut CookieJar, value: String) {
        let cookie = Cookie::build((NAME, value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(true)
            .path("/")
            .max_age(Duration::days(7))
            .build();
        match self {
            Self::Signed => jar.signed_mut(key).add(cookie),
            Self::Private => jar.private_mut(key).add(cookie),
        }
    }

    /// The text of a `Set-Cookie`.
    fn write(self, key: &Key, value: &str) -> String {
        let mut jar = CookieJar::new();
        self.add(key, &mut jar, value.to_owned());
        jar.delta().next().expect("it was added").to_string()
    }

    /// The value, verified.
    fn read(self, key: &Key, header: &str) -> Option<Cookie<'static>> {
        let mut jar = CookieJar::new();
        for part in header.split(';') {
            if let Ok(cookie) = Cookie::parse(part.to_owned()) {
                jar.add_original(cookie);
            }
        }
        self.get(key, &jar)
    }
}

/// `Cookie` header to verified value.
pub(crate) struct ReadValue {
    jar: Jar,
    key: Key,
    header: String,
    value: String,
}

impl ReadValue {
    pub(crate) fn new(jar: Jar, value: String) -> Self {
        let key = Key::from(SECRET);
        let header = pair(&jar.write(&key, &value)).to_owned();
        Self { jar, key, header, value }
    }
}

impl Work for ReadValue {
    fn run(&mut self) {
        let cookie = self.jar.read(&self.key, &self.header).expect("it verifies");
        assert_eq!(cookie.value(), self.value);
    }

    fn check(&mut self) {}
}

/// Value to `Set-Cookie` text.
pub(crate) struct WriteValue {
    jar: Jar,
    key: Key,
    value: String,
    set_cookie: String,
}

impl WriteValue {
    pub(crate) fn new(jar: Jar, value: String) -> Self {
        Self { jar, key: Key::from(SECRET), value, set_cookie: String::new() }
    }
}

impl Work for WriteValue {
    fn run(&mut self) {
        self.set_cookie = self.jar.write(&self.key, &self.value);
    }

    fn check(&mut self) {
        let cookie = self.jar.read(&self.key, pair(&self.set_cookie));
        assert_eq!(cookie.expect("it verifies").value(), self.value);
    }
}

/// A carried exchange: the session is a JSON map in a cookie; one key is read and another written.
pub(crate) struct CarriedMap {
    jar: Jar,
    key: Key,
    header: String,
    counter: u32,
    set_cookie: String,
}

impl CarriedMap {
    pub(crate) fn new(jar: Jar, count: usize) -> Self {
        let key = Key::from(SECRET);
        let map: Map<String, Value> = keys(count).map(|key| (key, VALUE.into())).collect();
        let mut work =
            Self { jar, key, header: String::new(), counter: START, set_cookie: String::new() };
        work.save(CookieJar::new(), &map);
        work.header = pair(&work.set_cookie).to_owned();
        work
    }

    fn load(&self, header: &str) -> (CookieJar, Map<String, Value>) {
        let mut jar = CookieJar::new();
        for part in header.split(';') {
            if let Ok(cookie) = Cookie::parse_encoded(part.to_owned()) {
                jar.add_original(cookie);
            }
        }
        let cookie = self.jar.get(&self.key, &jar).expect("it verifies");
        let map = serde_json::from_str(cookie.value()).expect("a map");
        (jar, map)
    }

    fn save(&mut self, mut jar: CookieJar, map: &Map<String, Value>) {
        let value = serde_json::to_string(map).expect("maps can be written");
        self.jar.add(&self.key, &mut jar, value);
        let cookie = jar.delta().next().expect("it was added");
        self.set_cookie = cookie.encoded().to_string();
    }
}

impl Work for CarriedMap {
    fn run(&mut self) {
        self.counter += 1;
        let (jar, mut map) = self.load(&self.header);
        assert_eq!(map.get(READ).and_then(Value::as_str), Some(VALUE));
        map.insert(COUNTER.to_owned(), self.counter.into());
        self.save(jar, &map);
    }

    fn check(&mut self) {
        let (_, map) = self.load(pair(&self.set_cookie));
        assert_eq!(map.get(COUNTER), Some(&self.counter.into()));
        assert_eq!(map.get(READ).and_then(Value::as_str), Some(VALUE));
    }
}
