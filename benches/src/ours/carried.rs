//! Sessions that the cookie carries, signed and sealed: values, and whole exchanges.

use std::fmt::Write as _;

use getrandom::SysRng;
use sansession::{
    Active, Carried, Config, Ending, Key, KeyRing, Outcome, Protection, Sealed, Sessions, Signed,
    Slot, Verdict,
};

use crate::fixture::{COUNTER, READ, SECRET, START, VALUE, keys, now, pair};
use crate::measure::Work;

/// The key that a single value is under.
const KEY: &str = "v";

fn ring() -> KeyRing {
    KeyRing::new(Key::new(1, SECRET).expect("it is long enough"))
}

/// A site whose sessions are in cookies.
pub(crate) struct Site<P: Protection> {
    sessions: Sessions<Carried<P>>,
    slot: Box<Slot>,
    set_cookie: String,
}

impl Site<Signed> {
    pub(crate) fn signed() -> Self {
        Self::new(Sessions::carried(Config::new(), &ring()).expect("the default is good"))
    }
}

impl Site<Sealed> {
    pub(crate) fn sealed() -> Self {
        Self::new(Sessions::sealed(Config::new(), &ring()).expect("the default is good"))
    }
}

impl<P: Protection> Site<P> {
    fn new(sessions: Sessions<Carried<P>>) -> Self {
        let slot = Box::new(Slot::<[u8; 16384]>::new());
        Self { sessions, slot, set_cookie: String::with_capacity(4500) }
    }

    fn open(&mut self, cookie: &str) -> Active<&mut Slot> {
        self.sessions.begin([cookie.as_bytes()], now(), &mut *self.slot)
    }

    /// One request. The text of its `Set-Cookie` stays in `set_cookie`.
    fn exchange(
        &mut self,
        cookie: &str,
        handler: impl FnOnce(&mut Active<&mut Slot>),
    ) -> (Verdict, Outcome) {
        let cookie = (!cookie.is_empty()).then_some(cookie.as_bytes());
        let mut active = self.sessions.begin(cookie, now(), &mut *self.slot);
        handler(&mut active);
        let reply = self.sessions.finish(active, Ending::Answered, now(), &mut SysRng);
        let reply = reply.expect("the system has randomness");
        self.set_cookie.clear();
        if let Some(cookie) = reply.set_cookie(&self.sessions) {
            write!(self.set_cookie, "{cookie}").expect("strings do not fail");
        }
        (reply.verdict(), reply.outcome())
    }
}

/// `Cookie` header to verified value.
pub(crate) struct ReadValue<P: Protection> {
    site: Site<P>,
    header: String,
    value: String,
}

impl<P: Protection> ReadValue<P> {
    pub(crate) fn new(mut site: Site<P>, value: String) -> Self {
        site.exchange("", |active| active.insert_str(KEY, &value).expect("it fits"));
        let header = pair(&site.set_cookie).to_owned();
        Self { site, header, value }
    }
}

impl<P: Protection> Work for ReadValue<P> {
    fn run(&mut self) {
        let active = self.site.open(&self.header);
        assert_eq!(active.get(KEY), Ok(Some(&*self.value)));
    }

    fn check(&mut self) {}
}

/// Value to `Set-Cookie` text.
pub(crate) struct WriteValue<P: Protection> {
    site: Site<P>,
    value: String,
}

impl<P: Protection> WriteValue<P> {
    pub(crate) fn new(site: Site<P>, value: String) -> Self {
        Self { site, value }
    }
}

impl<P: Protection> Work for WriteValue<P> {
    fn run(&mut self) {
        let value = &self.value;
        let done = self.site.exchange("", |active| active.insert_str(KEY, value).expect("it fits"));
        assert_eq!(done, (Verdict::None, Outcome::Created));
    }

    fn check(&mut self) {
        let header = pair(&self.site.set_cookie).to_owned();
        let active = self.site.open(&header);
        assert_eq!(active.get(KEY), Ok(Some(&*self.value)));
    }
}

/// An exchange that reads one of so many keys and writes another.
pub(crate) struct CarriedWork<P: Protection> {
    site: Site<P>,
    header: String,
    counter: u32,
}

impl<P: Protection> CarriedWork<P> {
    pub(crate) fn new(mut site: Site<P>, count: usize) -> Self {
        site.exchange("", |active| {
            for key in keys(count) {
                active.insert_str(&key, VALUE).expect("it fits");
            }
        });
        let header = pair(&site.set_cookie).to_owned();
        Self { site, header, counter: START }
    }
}

impl<P: Protection> Work for CarriedWork<P> {
    fn run(&mut self) {
        self.counter += 1;
        let counter = self.counter;
        let done = self.site.exchange(&self.header, |active| {
            assert_eq!(active.get(READ), Ok(Some(VALUE)));
            active.insert(COUNTER, &counter).expect("it fits");
        });
        assert_eq!(done, (Verdict::Resumed, Outcome::Updated));
    }

    fn check(&mut self) {
        let header = pair(&self.site.set_cookie).to_owned();
        let active = self.site.open(&header);
        assert_eq!(active.get(COUNTER), Ok(Some(self.counter)));
        assert_eq!(active.get(READ), Ok(Some(VALUE)));
    }
}
