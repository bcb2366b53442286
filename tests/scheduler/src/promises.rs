//! What must hold when all exchanges are over.

use std::collections::BTreeSet;

use sansession::{Begin, Freshness, Outcome, Slot, Verdict};

use crate::exchange::{Done, Op, SAME, Sent, own_key};
use crate::explore::{Fault, Scenario, State, What};

/// The flash message that is there from the start.
pub const FIRST_NOTICE: u8 = 99;

/// Checks an end.
///
/// # Panics
/// When a promise is broken.
pub fn check(scenario: &Scenario<'_>, ops: &[Op], state: &State, done: &[Option<Done>]) {
    let end = End { scenario, ops, state, done };
    end.logout_is_final();
    end.regenerated_ids_are_dead();
    end.renewal_loses_nobody();
    end.nothing_acknowledged_is_lost();
    end.flash_is_used_up_once();
    end.cookies_are_fresh();
    end.failures_are_told();
}

struct End<'a> {
    scenario: &'a Scenario<'a>,
    ops: &'a [Op],
    state: &'a State,
    done: &'a [Option<Done>],
}

/// What a later request finds with a cookie.
struct View {
    verdict: Verdict,
    same: Option<u8>,
    own: Vec<Option<u8>>,
    notice: Option<u8>,
}

impl End<'_> {
    #[track_caller]
    fn hold(&self, promise: &str, holds: bool) {
        assert!(
            holds,
            "promise {promise} is broken\nscenario {}\nops {:?}\nhistory {:?}\nfaults {:?}\ndone {:#?}",
            self.scenario.name,
            self.ops,
            self.state.history,
            self.state.runners.iter().map(|runner| &runner.faults).collect::<Vec<_>>(),
            self.done,
        );
    }

    /// Looks at the session with a cookie, through the machine.
    fn look(&self, cookie: &str) -> View {
        let mut slot = Slot::<[u8; 1024]>::new();
        let mut begin =
            self.scenario.sessions.begin([cookie.as_bytes()], self.scenario.now, slot.erase());
        loop {
            let mut loading = match begin {
                Begin::Load(loading) => loading,
                Begin::Ready(mut active) => {
                    let number = |key: &str| active.get::<u8>(key).expect("a number");
                    let own = (0..3).map(|index| number(&own_key(index))).collect();
                    let same = number(SAME);
                    let notice = active.flashed("notice").expect("a number");
                    return View { verdict: active.verdict(), same, own, notice };
                }
            };
            let (key, buffer, _) = loading.request();
            begin = match self.state.store.0.get(&key) {
                None => loading.missing(Freshness::Latest).expect("no record error"),
                Some(record) => {
                    buffer[..record.bytes.len()].copy_from_slice(&record.bytes);
                    // S2: whatever is stored is a whole record of this build.
                    loading
                        .found(
                            self.scenario.sessions,
                            record.bytes.len(),
                            record.meta(),
                            Freshness::Latest,
                        )
                        .expect("a record of this build")
                }
            };
        }
    }

    fn view(&self, cookie: &str) -> View {
        let view = self.look(cookie);
        self.hold("S2 (never half a record)", view.verdict != Verdict::Corrupt);
        view
    }

    /// Positions in the history at which the session was changed so.
    fn changes(&self, which: impl Fn(Op, What) -> bool) -> Vec<usize> {
        let history = self.state.history.iter().enumerate();
        history
            .filter(|(_, change)| change.key == self.scenario.key)
            .filter(|(_, change)| which(self.ops[usize::from(change.by)], change.what))
            .map(|(at, _)| at)
            .collect()
    }

    fn destroyed(&self) -> bool {
        !self.changes(|_, what| what == What::Destroyed).is_empty()
    }

    fn regenerated(&self) -> Vec<usize> {
        self.changes(|op, what| matches!(op, Op::Regenerate | Op::Login) && what == What::Updated)
    }

    fn cookies(&self) -> impl Iterator<Item = (usize, &str)> {
        self.done.iter().enumerate().filter_map(|(index, done)| match &done.as_ref()?.cookie {
            Some(Sent::Set(cookie)) => Some((index, &**cookie)),
            _ => None,
        })
    }

    /// Those of the session that was there at the start.
    fn its_cookies(&self) -> impl Iterator<Item = (usize, &str)> {
        let rotated = |index: usize| {
            let outcome = self.done[index].as_ref().map(|done| done.outcome);
            matches!(outcome, Some(Outcome::Updated | Outcome::Rotated))
        };
        self.cookies().filter(move |(index, _)| rotated(*index))
    }

    /// The session that was there at the start, if an id that somebody was sent opens it.
    fn session(&self) -> Option<View> {
        let sent = self.its_cookies().map(|(_, cookie)| cookie);
        let mut cookies = sent.chain(self.scenario.cookies.iter().map(String::as_str));
        cookies.find_map(|cookie| {
            Some(self.view(cookie)).filter(|view| view.verdict == Verdict::Resumed)
        })
    }

    /// L4, L5, L16, S2: once destroyed, the session never comes back, and no write to it is acknowledged after it.
    fn logout_is_final(&self) {
        for (index, done) in self.done.iter().enumerate() {
            let logout =
                matches!(self.ops[index], Op::Invalidate | Op::InvalidateFailed | Op::Replace);
            if let Some(done) = done
                && logout
                && done.verdict == Verdict::Resumed
                && !done.outcome.is_refusal()
            {
                self.hold(
                    "L4 (durable before the reply)",
                    !self.state.store.0.contains_key(&self.scenario.key),
                );
            }
        }
        let Some(destroyed) = self.changes(|_, what| what == What::Destroyed).first().copied()
        else {
            return;
        };
        self.hold("L5 (logout wins)", !self.state.store.0.contains_key(&self.scenario.key));
        let later = self.state.history[destroyed..].iter();
        let revived = later
            .filter(|change| change.key == self.scenario.key && change.what != What::Destroyed)
            .count();
        self.hold("L5 (nothing is written to it)", revived == 0);
        for cookie in &self.scenario.cookies {
            self.hold("L5 (its id opens nothing)", self.view(cookie).verdict != Verdict::Resumed);
        }
    }

    /// L2: after a regeneration was stored, no request that came with an older id changes the session.
    fn regenerated_ids_are_dead(&self) {
        let regenerated = self.regenerated();
        let Some(first) = regenerated.first().copied() else {
            return;
        };
        let by = self.state.history[first].by;
        let others = self.state.history[first..].iter().filter(|change| {
            change.by != by && change.key == self.scenario.key && change.what == What::Updated
        });
        self.hold("L2 (writes of the old id are refused)", others.count() == 0);
        self.hold("L2 (one winner)", regenerated.iter().all(|at| self.state.history[*at].by == by));
        for cookie in &self.scenario.cookies {
            self.hold("L2 (the old id is dead)", self.view(cookie).verdict != Verdict::Resumed);
        }
    }

    /// L3: whatever was renewed, and whichever answers arrived, the browser's cookie opens the session.
    fn renewal_loses_nobody(&self) {
        if self.destroyed() || !self.regenerated().is_empty() {
            return;
        }
        for cookie in &self.scenario.cookies {
            self.hold(
                "L3 (a lost response logs nobody out)",
                self.view(cookie).verdict == Verdict::Resumed,
            );
        }
        let mut winners = 0;
        for (_, cookie) in self.its_cookies() {
            winners += 1;
            self.hold("L3 (the new id is good)", self.view(cookie).verdict == Verdict::Resumed);
        }
        self.hold("L3 (one winner)", winners <= 1);
    }

    /// L6, L16: what was acknowledged is there; what was refused or failed, and was never applied, is not.
    fn nothing_acknowledged_is_lost(&self) {
        if self.destroyed() {
            return;
        }
        let Some(view) = self.session() else {
            return;
        };
        let updates = self.changes(|_, what| what == What::Updated);
        let by = |index: usize| {
            updates.iter().any(|at| usize::from(self.state.history[*at].by) == index)
        };
        for (index, op) in self.ops.iter().enumerate() {
            if matches!(op, Op::WriteOwn | Op::Login) {
                let there = view.own[index].is_some();
                let acknowledged = self.done[index].as_ref().is_some_and(|done| {
                    matches!(done.outcome, Outcome::Updated | Outcome::Rotated)
                });
                self.hold("L6 (no acknowledged write is lost)", there || !acknowledged);
                self.hold(
                    "L6 (nothing is stored that was not applied)",
                    there == by(index) || !acknowledged && *op == Op::Login,
                );
            }
            if *op == Op::WriteFailed {
                self.hold("L16 (a failed request stores nothing)", view.own[index].is_none());
            }
        }
        let writer = updates.iter().rev().map(|at| usize::from(self.state.history[*at].by));
        let last = writer.clone().find(|by| matches!(self.ops[*by], Op::WriteSame | Op::Remove));
        let expected = match last {
            None => Some(0),
            Some(by) if self.ops[by] == Op::Remove => None,
            Some(by) => u8::try_from(by).ok(),
        };
        self.hold("L6 (the last write of a key stands)", view.same == expected);
    }

    /// F1, F4: used up by whoever saved having read it; a newer message stays; nothing is brought back.
    fn flash_is_used_up_once(&self) {
        if self.destroyed() {
            return;
        }
        let Some(view) = self.session() else {
            return;
        };
        let applied = |index: usize| {
            let own = |change: &crate::explore::Change| {
                usize::from(change.by) == index && change.key == self.scenario.key
            };
            self.state.history.iter().any(own)
        };
        let left: Vec<usize> = (0..self.ops.len())
            .filter(|index| self.ops[*index] == Op::FlashLeave && applied(*index))
            .collect();
        let mut used_up = BTreeSet::new();
        for (index, op) in self.ops.iter().enumerate() {
            if *op == Op::FlashRead
                && let Some(done) = &self.done[index]
            {
                if let (Some(notice), true) = (done.saw_flash, done.outcome == Outcome::Updated) {
                    used_up.insert(notice);
                }
                if done.outcome == Outcome::SoftFailed && !applied(index) && left.is_empty() {
                    let other = (0..self.ops.len()).any(|other| {
                        other != index && self.ops[other] == Op::FlashRead && applied(other)
                    });
                    self.hold(
                        "F4 (a failed save does not lose it)",
                        other || view.notice.is_some(),
                    );
                }
            }
        }
        // A client library that asks again on its own makes an exchange's changes twice: it may show a message again.
        let repeated =
            self.state.runners.iter().any(|runner| runner.faults.contains(&Fault::Repeats));
        if let Some(notice) = view.notice {
            self.hold("F1 (what was used up is gone)", repeated || !used_up.contains(&notice));
            self.hold("F4 (nothing is brought back)", left.is_empty() || notice != FIRST_NOTICE);
        } else {
            // The last message left was used up by somebody who saw it, or none was left and the first was read.
            let read =
                (0..self.ops.len()).any(|index| self.ops[index] == Op::FlashRead && applied(index));
            self.hold("F4 (only what was read is used up)", read);
            for index in left {
                let seen = self
                    .done
                    .iter()
                    .flatten()
                    .any(|done| done.saw_flash == u8::try_from(index).ok());
                let superseded = self.state.runners.iter().any(|runner| runner.dead)
                    || self.ops.iter().filter(|op| **op == Op::FlashLeave).count() > 1;
                self.hold("F4 (a newer message is not used up unseen)", seen || superseded);
            }
        }
    }

    /// L10: every cookie sent carries an id that no cookie carried before; refused exchanges send none.
    fn cookies_are_fresh(&self) {
        let mut all: BTreeSet<&str> = self.scenario.cookies.iter().map(String::as_str).collect();
        for (_, cookie) in self.cookies() {
            self.hold("L10 (no id is sent twice)", all.insert(cookie));
        }
        for done in self.done.iter().flatten() {
            self.hold(
                "L6, L15 (a refusal sends no cookie)",
                done.cookie.is_none() || !done.outcome.is_refusal(),
            );
            let removal = done.cookie == Some(Sent::Removal);
            self.hold(
                "L10 (only a logout removes)",
                !removal || done.outcome == Outcome::Destroyed,
            );
        }
    }

    /// L15, L17: a failed hard step is a refusal, a failed soft one is not; an answer lost and asked for again is
    /// recognised as this exchange's own success.
    fn failures_are_told(&self) {
        for (index, done) in self.done.iter().enumerate() {
            let Some(done) = done else { continue };
            let soft = matches!(self.ops[index], Op::Read | Op::FlashRead | Op::WriteFailed);
            self.hold("L15 (soft steps never refuse)", !soft || !done.outcome.is_refusal());
            let faults = &self.state.runners[index].faults;
            let loaded = done.verdict == Verdict::Resumed;
            // Taking out what is not there, or a lifetime that is there already, leaves nothing hard to do.
            let op = self.ops[index];
            let hard = !soft && !matches!(op, Op::Remove | Op::SetLifetime);
            if faults[..] == [Fault::FailsBefore] && hard && loaded {
                let failed = done.outcome == Outcome::StoreFailed;
                self.hold("L15 (hard steps never pass over a failure)", failed);
            }
            // A new id shows whose update it was, even if the answer was lost for good.
            let lost = matches!(faults[..], [Fault::FailsAfter | Fault::Repeats]);
            if lost && matches!(op, Op::Regenerate | Op::Login) && loaded && self.ops.len() == 1 {
                let rotated = done.outcome == Outcome::Rotated && done.cookie.is_some();
                self.hold("L17 (an answer lost is recognised)", rotated);
            }
            if done.outcome == Outcome::Rotated {
                self.hold("L17 (the new id is sent)", done.cookie.is_some());
            }
            // "Not good or missing: plain changes are refused [...]; `login` makes a fresh session"
            if loaded && done.outcome == Outcome::Created {
                self.hold("L6 (plain changes are refused)", matches!(op, Op::Login | Op::Replace));
            }
        }
    }
}
