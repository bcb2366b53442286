//! The application over a store in RAM, and a browser that keeps one cookie.

#![allow(dead_code, reason = "each test uses a part")]

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use getrandom::SysRng;
use sansession::{Config, Ending, Key, KeyRing, Sessions, Slot, Timestamp};
use sansession_firmware::{
    Answer, Body, Device, RECORD, Route, Text, Throttling, Time, plain, serve,
};
use sansession_ram::RamStore;
use sansession_store::{NoPause, close, open};

pub(crate) type Store = RamStore<64, RECORD>;

/// A clock that the test moves, in seconds.
pub(crate) struct Hands(pub(crate) Cell<u64>);

impl Time for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.get())
    }
}

/// The application.
pub(crate) struct Site<'s>(pub(crate) Device<'s, Store, SysRng, Hands>);

impl<'s> Site<'s> {
    pub(crate) fn new(store: &'s Store) -> Self {
        let keys =
            KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("32 bytes"));
        let sessions = Sessions::stored(Config::new().insecure_http("session"), &keys);
        Self(Device {
            sessions: sessions.expect("the configuration is sound"),
            store,
            rng: RefCell::new(SysRng),
            clock: Hands(Cell::new(1_000_000)),
            throttling: Throttling::new(&mut SysRng).expect("there is entropy"),
            record: RefCell::new([0; RECORD]),
        })
    }
}

/// A browser.
#[derive(Default)]
pub(crate) struct Browser {
    cookie: Option<String>,
}

impl Browser {
    /// Sends a request; the answer's text goes into a buffer of `room` bytes.
    pub(crate) fn send_into(
        &mut self,
        site: &Site<'_>,
        room: usize,
        method: &str,
        path: &str,
        body: &str,
    ) -> (Answer, String) {
        let device = &site.0;
        let route = Route::find(method, path);
        let mut bytes = vec![0; room];
        let mut text = Text::new(&mut bytes);
        let answer = if route.opens_session() {
            let mut slot = Slot::<[u8; 2 * RECORD]>::new();
            let now = device.clock.now();
            let cookies = self.cookie.iter().map(String::as_bytes);
            let begin = device.sessions.begin(cookies, now, slot.erase());
            let mut session =
                at_once(open(&device.sessions, device.store, begin)).expect("RAM does not fail");
            let answer =
                serve(device, &mut session, &route, body.as_bytes(), &[127, 0, 0, 1], &mut text);
            let ending = if answer.status >= 500 { Ending::Failed } else { Ending::Answered };
            let end = device.sessions.finish(session, ending, now, &mut SysRng).expect("entropy");
            let finished = at_once(close(&device.sessions, device.store, &NoPause, end));
            if let Some(cookie) = finished.reply.set_cookie(&device.sessions) {
                let cookie = cookie.to_string();
                self.cookie = cookie.split(';').next().map(str::to_owned);
            }
            answer
        } else {
            plain(&route, &mut text)
        };
        let text = match answer.body {
            Body::Written => text.as_str(),
            Body::Fixed(text) => text,
        };
        (answer, text.to_owned())
    }

    pub(crate) fn send(
        &mut self,
        site: &Site<'_>,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, String) {
        let (answer, text) = self.send_into(site, 5120, method, path, body);
        (answer.status, text)
    }

    /// The page.
    pub(crate) fn page(&mut self, site: &Site<'_>) -> String {
        let (status, page) = self.send(site, "GET", "/", "");
        assert_eq!(status, 200, "{page}");
        page
    }

    /// Sends a form of the page, with its token; fields are encoded already.
    pub(crate) fn form(&mut self, site: &Site<'_>, path: &str, fields: &str) -> (u16, String) {
        let page = self.page(site);
        let token = page.split("name=\"csrf_token\" value=\"").nth(1).expect("forms have a token");
        let token = token.split('"').next().expect("it ends");
        self.send(site, "POST", path, &format!("csrf_token={token}&{fields}"))
    }

    pub(crate) fn log_in(&mut self, site: &Site<'_>, user: &str) {
        let (status, text) = self.form(site, "/login", &format!("user={user}&password=demo"));
        assert_eq!(status, 303, "{text}");
    }
}

fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("RAM answers at once"),
    }
}
