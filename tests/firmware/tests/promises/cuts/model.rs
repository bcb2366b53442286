//! What a browser has reason to believe of its session.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A session, as the browser that has its cookie knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Session {
    pub(super) cookie: String,
    /// Cookies that a renewal has replaced; they end with the session at the latest.
    pub(super) earlier: Vec<String>,
    pub(super) principal: Option<&'static str>,
    pub(super) data: BTreeMap<String, String>,
}

impl Session {
    /// One that was just made.
    pub(super) const fn new(cookie: String) -> Self {
        Self { cookie, earlier: Vec::new(), principal: None, data: BTreeMap::new() }
    }

    /// Whether this is what the JSON interface shows.
    pub(super) fn is(&self, shown: &Value) -> bool {
        (&shown["verdict"], &shown["principal"], &shown["data"])
            == (&json!("resumed"), &json!(self.principal), &json!(self.data))
    }

    /// Every cookie it ever had.
    pub(super) fn into_cookies(self) -> impl Iterator<Item = String> {
        self.earlier.into_iter().chain([self.cookie])
    }
}

/// A browser.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    /// What may be: the first is how it was before the request whose answer was lost. All have the same cookie.
    possible: Vec<Option<Session>>,
}

impl Browser {
    /// One that has never been here.
    pub(super) fn new() -> Self {
        Self { possible: vec![None] }
    }

    /// What it was before anything was lost.
    pub(super) fn session(&self) -> Option<&Session> {
        self.possible.first().and_then(Option::as_ref)
    }

    /// What is now, for sure.
    pub(super) fn knows(&mut self, session: Option<Session>) {
        self.possible = vec![session];
    }

    /// What may be now, instead.
    pub(super) fn or(&mut self, session: Option<Session>) {
        if !self.possible.contains(&session) {
            self.possible.push(session);
        }
    }

    /// Who is nobody's session may be kept in RAM.
    pub(super) fn power_went(&mut self) {
        if self.possible.iter().flatten().any(|session| session.principal.is_none()) {
            self.or(None);
        }
    }

    /// Whether the answer to a request of a user was lost, and nobody has looked yet.
    pub(super) fn wonders(&self) -> bool {
        self.possible.len() > 1 && self.session().is_some_and(|session| session.principal.is_some())
    }

    /// The browser was shown this, so it is what is now: gives its place among what was possible.
    pub(super) fn sees(&mut self, shown: &Value) -> usize {
        let fits = |possible: &Option<Session>| match possible {
            Some(session) => session.is(shown),
            None => shown["verdict"] == "unknown",
        };
        let found = self.possible.iter().position(fits);
        let found = found.unwrap_or_else(|| panic!("{shown}\nis none of {:#?}", self.possible));
        self.possible = vec![self.possible.swap_remove(found)];
        found
    }
}
