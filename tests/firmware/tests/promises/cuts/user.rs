//! Somebody with two browsers, who remembers what was acknowledged.

use sansession_firmware_tests::{Lost, Reply, Wire};
use sansession_tests::Dice;

use super::model::{Browser, Session};

/// Names of values.
const KEYS: [&str; 3] = ["a", "b", "c"];
/// Cookies that are refused, looked at after each restart: the latest, and as many others.
const SOME: usize = 6;

/// Somebody with two browsers. No answer is lost before another was looked for.
pub(super) struct User {
    name: &'static str,
    browsers: [Browser; 2],
    /// Every cookie that was issued and has been replaced or logged out since.
    refused: Vec<String>,
    /// Sessions at most whose cookie was lost with its answer.
    strays: usize,
    /// Requests that were acknowledged.
    pub(super) done: u32,
    /// Requests under way that were not done, and that were.
    pub(super) as_before: u32,
    pub(super) became: u32,
}

impl User {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            browsers: [Browser::new(), Browser::new()],
            refused: Vec::new(),
            strays: 0,
            done: 0,
            as_before: 0,
            became: 0,
        }
    }

    pub(super) fn power_went(&mut self) {
        self.browsers.iter_mut().for_each(Browser::power_went);
    }

    /// All cookies that have to be refused.
    pub(super) fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Some of them.
    pub(super) fn some_refused(&self, dice: &mut Dice) -> Vec<String> {
        let latest = self.refused.iter().rev().take(SOME).cloned();
        let others = (0..SOME.min(self.refused.len())).map(|_| dice.pick(&self.refused).clone());
        latest.chain(others).collect()
    }

    /// Asks with each of these cookies: it opens nothing.
    pub(super) fn check_refused(&self, wire: Wire, cookies: &[String]) -> Result<(), Lost> {
        for cookie in cookies {
            let shown = show(wire, cookie)?.json();
            assert_eq!(shown["verdict"], "unknown", "{}: {cookie} opens {shown}", self.name);
        }
        Ok(())
    }

    /// Looks at the sessions of both browsers: each is one that is possible. The list shows them, and no other that nobody
    /// asked for.
    pub(super) fn check(&mut self, wire: Wire) -> Result<(), Lost> {
        for place in 0..self.browsers.len() {
            let browser = &mut self.browsers[place];
            let Some(before) = browser.session().cloned() else { continue };
            let reply = show(wire, &before.cookie)?;
            match (browser.wonders(), browser.sees(&reply.json())) {
                (false, _) => {}
                (true, 0) => self.as_before += 1,
                (true, _) => self.became += 1,
            }
            if let Some(mut session) = browser.session().cloned() {
                renewed(&mut session, &reply);
                browser.knows(Some(session));
            } else {
                self.refused.extend(before.into_cookies());
            }
        }
        let Some(cookie) = self.logged_in().next().map(|session| session.cookie.clone()) else {
            return Ok(());
        };
        let listed = wire.send("GET", "/api/session/list", Some(&cookie), "")?.expect(200).json();
        let (listed, own) = (listed.as_array().map_or(0, Vec::len), self.logged_in().count());
        assert!(
            (own..=own + self.strays).contains(&listed),
            "{}: {listed} sessions, {own} of them known, {} strays at most",
            self.name,
            self.strays
        );
        self.strays = listed - own;
        Ok(())
    }

    /// One request of either browser, of which nothing is known to be lost.
    pub(super) fn act(&mut self, wire: Wire, dice: &mut Dice) -> Result<(), Lost> {
        let place = usize::from(dice.chance(50));
        let done = match (self.browsers[place].session().cloned(), dice.below(100)) {
            (Some(session), 0..40) => self.put(wire, place, &session, dice),
            (Some(session), 40..50) => self.delete(wire, place, &session, dice),
            (Some(session), 50..65) => self.regenerate(wire, place, session),
            (Some(session), 65..75) => self.invalidate(wire, place, session),
            (Some(session), 75..80) if session.principal.is_some() => {
                self.logout_everywhere(wire, &session)
            }
            (None, 0..15) => self.begin(wire, place),
            (session, _) => self.login(wire, place, session),
        };
        self.done += u32::from(done.is_ok());
        done
    }

    /// Makes a session that is nobody's.
    fn begin(&mut self, wire: Wire, place: usize) -> Result<(), Lost> {
        let reply = wire.send("PUT", "/api/session/data/a", None, "anonymous")?.expect(204);
        let mut session = Session::new(cookie(&reply).expect("a new session"));
        session.data.insert("a".into(), "anonymous".into());
        self.browsers[place].knows(Some(session));
        Ok(())
    }

    fn put(
        &mut self,
        wire: Wire,
        place: usize,
        before: &Session,
        dice: &mut Dice,
    ) -> Result<(), Lost> {
        let (key, value) = (*dice.pick(&KEYS), format!("{:x}", dice.below(u64::MAX)).repeat(3));
        let mut after = before.clone();
        after.data.insert(key.into(), value.clone());
        self.write(wire, "PUT", place, (key, &value), before, after)
    }

    fn delete(
        &mut self,
        wire: Wire,
        place: usize,
        before: &Session,
        dice: &mut Dice,
    ) -> Result<(), Lost> {
        let key = *dice.pick(&KEYS);
        let mut after = before.clone();
        after.data.remove(key);
        self.write(wire, "DELETE", place, (key, ""), before, after)
    }

    fn write(
        &mut self,
        wire: Wire,
        method: &str,
        place: usize,
        (key, value): (&str, &str),
        before: &Session,
        mut after: Session,
    ) -> Result<(), Lost> {
        let path = format!("/api/session/data/{key}");
        match wire.send(method, &path, Some(&before.cookie), value) {
            Ok(reply) => {
                renewed(&mut after, &reply.expect(204));
                self.browsers[place].knows(Some(after));
                Ok(())
            }
            Err(Lost) => {
                self.browsers[place].or(Some(after));
                Err(Lost)
            }
        }
    }

    fn login(&mut self, wire: Wire, place: usize, session: Option<Session>) -> Result<(), Lost> {
        let after = Session {
            principal: Some(self.name),
            ..session.clone().unwrap_or_else(|| Session::new(String::new()))
        };
        self.new_id(wire, place, "/api/session/login", self.name, session, after)
    }

    fn regenerate(&mut self, wire: Wire, place: usize, before: Session) -> Result<(), Lost> {
        let after = before.clone();
        self.new_id(wire, place, "/api/session/regenerate", "", Some(before), after)
    }

    /// Gets a new id. If that is lost, so is the session.
    fn new_id(
        &mut self,
        wire: Wire,
        place: usize,
        path: &str,
        body: &str,
        before: Option<Session>,
        after: Session,
    ) -> Result<(), Lost> {
        let old = before.as_ref().map(|session| session.cookie.as_str());
        match wire.send("POST", path, old, body) {
            Ok(reply) => {
                let cookie = cookie(&reply.expect(204)).expect("a new id");
                self.refused.extend(before.into_iter().flat_map(Session::into_cookies));
                self.browsers[place].knows(Some(Session { cookie, earlier: Vec::new(), ..after }));
                Ok(())
            }
            Err(Lost) => {
                self.browsers[place].or(None);
                self.strays += usize::from(after.principal.is_some());
                Err(Lost)
            }
        }
    }

    fn invalidate(&mut self, wire: Wire, place: usize, before: Session) -> Result<(), Lost> {
        match wire.send("POST", "/api/session/invalidate", Some(&before.cookie), "") {
            Ok(reply) => {
                reply.expect(204);
                self.browsers[place].knows(None);
                self.refused.extend(before.into_cookies());
                Ok(())
            }
            Err(Lost) => {
                self.browsers[place].or(None);
                Err(Lost)
            }
        }
    }

    /// Ends all sessions of the user. They end one after the other, so a cut may come between two of them.
    fn logout_everywhere(&mut self, wire: Wire, own: &Session) -> Result<(), Lost> {
        let reply = wire.send("POST", "/api/session/logout-everywhere", Some(&own.cookie), "");
        for browser in &mut self.browsers {
            match browser.session().cloned() {
                Some(session) if session.principal.is_some() => match &reply {
                    Ok(reply) => {
                        assert_eq!(reply.status, 204, "{reply:?}");
                        browser.knows(None);
                        self.refused.extend(session.into_cookies());
                    }
                    Err(Lost) => browser.or(None),
                },
                _ => {}
            }
        }
        self.strays = if reply.is_ok() { 0 } else { self.strays };
        reply.map(drop)
    }

    fn logged_in(&self) -> impl Iterator<Item = &Session> {
        let sessions = self.browsers.iter().filter_map(Browser::session);
        sessions.filter(|session| session.principal.is_some())
    }
}

fn show(wire: Wire, cookie: &str) -> Result<Reply, Lost> {
    Ok(wire.send("GET", "/api/session", Some(cookie), "")?.expect(200))
}

/// The cookie that a reply sets, as `name=value`.
fn cookie(reply: &Reply) -> Option<String> {
    let set = reply.set_cookie().filter(|_| reply.sets_cookie())?;
    set.split(';').next().map(str::to_owned)
}

/// Any request may bring a new cookie, when it is time for one.
fn renewed(session: &mut Session, reply: &Reply) {
    if let Some(cookie) = cookie(reply) {
        session.earlier.push(std::mem::replace(&mut session.cookie, cookie));
    }
}
