//! What must hold after an exchange, whatever went wrong in it.

use std::string::String;
use std::vec::Vec;

use sansession::{StoreKey, Summary, Timestamp};

use super::browser::{Answer, Seen, SetCookie, Site};
use super::exchange::{Kind, PRINCIPAL, Rival, Trial};
use super::fixture::{Held, load};
use super::report::Finding;
use super::{Fault, list};
use crate::contract::Store;

/// The longest record that the kit's own site makes.
const LONGEST: usize = 512;

/// What is left of an exchange.
pub(super) struct Aftermath {
    pub(super) trial: Trial,
    pub(super) now: Timestamp,
    /// The cookie that the browser came with.
    pub(super) cookie: Option<String>,
    /// The records that the session had before, and their key.
    pub(super) before: Vec<(StoreKey, Vec<u8>)>,
    /// The records that the exchange asked to be stored, and their keys.
    pub(super) written: Vec<(StoreKey, Vec<u8>)>,
    /// `None`: the request was dropped, or could not be opened.
    pub(super) answer: Option<Answer>,
    /// The handler ran, and the other request in the middle of it.
    pub(super) opened: bool,
    /// The fault came to pass.
    pub(super) happened: bool,
}

impl Aftermath {
    /// Checks everything. `usual` is the answer when nothing goes wrong.
    pub(super) async fn check<S: Store>(
        &self,
        site: &Site,
        store: &S,
        usual: Option<&Answer>,
    ) -> Result<(), Finding> {
        let checked = async {
            self.store_is_whole(store).await?;
            self.answer_is_right(usual)?;
            self.old_cookie_is_right(site, store).await?;
            self.new_cookie_is_right(site, store).await
        };
        let trial = &self.trial;
        checked.await.map_err(|Finding(what)| Finding(std::format!("{trial:?}: {what}")))
    }

    /// Takes away what is left, so that the next exchange has room.
    pub(super) async fn clear<S: Store>(self, store: &S) -> Result<(), Finding> {
        for (key, _) in self.before.into_iter().chain(self.written) {
            store.destroy(&key).await?;
        }
        Ok(())
    }

    // promise: S2 L11 L17
    async fn store_is_whole<S: Store>(&self, store: &S) -> Result<(), Finding> {
        let known = || self.before.iter().chain(&self.written);
        let mut keys: Vec<StoreKey> = known().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut sessions = 0;
        for key in keys {
            let Some(Held { record, meta }) = held(store, &key).await? else { continue };
            sessions += 1;
            let Some(summary) = Summary::read(&record, meta.seen) else {
                return Err(Finding(std::format!("half a record: {record:02x?}")));
            };
            if let Some(principal) = summary.principal {
                let listed = list::finds(store, principal, &key).await?;
                ensure!(listed, "a session of {principal} that is not listed");
            }
            let found = (key, record);
            ensure!(known().any(|known| *known == found), "a record that nobody wrote");
            // An id that is stored, though the answer was lost, is recognised.
            let lost = self.trial.kind.mints() && self.trial.loses_answer() && !self.sets_cookie();
            ensure!(!lost || !self.written.contains(&found), "a new id is stored and not sent");
        }
        ensure!(sessions <= 1, "{sessions} sessions of one browser, the old and the new");
        Ok(())
    }

    // promise: L15 L17
    fn answer_is_right(&self, usual: Option<&Answer>) -> Result<(), Finding> {
        let Some(Answer { outcome, has_cause, cookie }) = &self.answer else { return Ok(()) };
        let Trial { kind, rival, fault } = self.trial;
        let refusal = outcome.is_refusal();
        let recognised = kind.mints() && self.trial.loses_answer() && self.sets_cookie();
        match (fault, usual) {
            (Some((_, Fault::Fail | Fault::LoseAnswer)), _) => {
                ensure!(*has_cause, "the store failed, and its error is not handed on: {outcome}");
                let hard = kind.is_hard() && !recognised;
                ensure_eq!(refusal, hard, "whether the failure is a refusal: {outcome}");
                let none = *cookie == SetCookie::None;
                ensure!(none || recognised, "a cookie is sent after a failure: {}", cookie.name());
            }
            // A client library that asks twice makes no difference.
            (Some(_), Some(usual)) => {
                ensure_eq!(refusal, usual.outcome.is_refusal(), "whether {outcome} is a refusal");
                ensure_eq!(cookie.name(), usual.cookie.name(), "the cookie after {outcome}");
            }
            _ => {
                let lost = rival == Rival::LogsOut;
                let refused = lost && matches!(kind, Kind::Update | Kind::Regenerate);
                ensure_eq!(refusal, refused, "whether {outcome} is a refusal, in good times");
                let expected = match kind {
                    Kind::Create | Kind::Login | Kind::Replace => "set",
                    Kind::Renew | Kind::Regenerate if !lost => "set",
                    Kind::Invalidate => "removed",
                    _ => "none",
                };
                ensure_eq!(cookie.name(), expected, "the cookie in good times");
            }
        }
        Ok(())
    }

    // promise: L2 L3 L5
    async fn old_cookie_is_right<S: Store>(&self, site: &Site, store: &S) -> Result<(), Finding> {
        let Some(cookie) = &self.cookie else { return Ok(()) };
        let Trial { kind, rival, .. } = self.trial;
        let old = site.look(store, cookie, self.now).await?;
        if self.opened && rival == Rival::LogsOut || self.done() && kind.ends() {
            ensure_eq!(old, None, "the session after a logout that was answered");
        }
        if self.done() && matches!(kind, Kind::Regenerate | Kind::Login) {
            ensure_eq!(old, None, "the session under an id that was replaced");
        }
        if kind.keeps_id() && !(self.opened && rival == Rival::LogsOut) {
            ensure!(old.is_some(), "the browser is logged out");
        }
        let Some(old) = old else { return Ok(()) };
        let updated = kind == Kind::Update;
        let expected = Seen {
            handle: old.handle,
            principal: None,
            base: true,
            // Without an answer it may be stored or not.
            own: updated && (self.done() || old.own),
            rival: rival == Rival::Writes && self.opened,
        };
        ensure_eq!(old, expected, "the session under the old id");
        Ok(())
    }

    // promise: L4 L6 L17
    async fn new_cookie_is_right<S: Store>(&self, site: &Site, store: &S) -> Result<(), Finding> {
        let Some(Answer { cookie: SetCookie::Set(cookie), .. }) = &self.answer else {
            return Ok(());
        };
        let Trial { kind, rival, .. } = self.trial;
        let Some(new) = site.look(store, cookie, self.now).await? else {
            return Err(Finding("the cookie that was set opens no session".into()));
        };
        let fresh = kind == Kind::Create || kind.ends() || rival == Rival::LogsOut;
        let expected = Seen {
            handle: new.handle,
            principal: (kind == Kind::Login).then(|| PRINCIPAL.into()),
            base: !fresh,
            own: kind.writes(),
            rival: !fresh && rival == Rival::Writes,
        };
        ensure_eq!(new, expected, "the session under the new id");
        Ok(())
    }

    fn sets_cookie(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| matches!(answer.cookie, SetCookie::Set(_)))
    }

    /// The handler's wishes were carried out, and the browser was told.
    fn done(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| !answer.outcome.is_refusal())
    }
}

/// What a store of records holds under a key.
pub(super) async fn held<S: Store>(store: &S, key: &StoreKey) -> Result<Option<Held>, Finding> {
    load(store, LONGEST, key).await
}
