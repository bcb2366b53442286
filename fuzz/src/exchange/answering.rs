//! A request is answered: the outcome has its reason, and the browser is told no more and no less.

use sansession::{Outcome, Reply, Slot, Verdict};
use sansession_tests::Emitted;

use super::closing::Progress;
use super::model::Id;
use super::request::Purpose;
use super::web::{Token, Web};

impl Web {
    /// All is done.
    pub(super) fn conclude(
        &mut self,
        progress: &Progress,
        reply: &Reply<Box<Slot>>,
        delivered: bool,
    ) {
        let outcome = reply.outcome();
        let sessions = &self.servers[progress.from.server];
        let set_cookie = reply.set_cookie(sessions).map(|cookie| cookie.to_string());
        assert!(
            progress.explains(outcome, self.rules.small),
            "{:?} ends {outcome}",
            progress.purpose
        );
        if outcome.is_refusal() && progress.faults == 0 {
            assert!(progress.stored.is_none(), "refused, and stored");
        }
        let cookie =
            set_cookie.as_deref().map(|text| Emitted::parse(text).expect("by the grammar"));
        let expected = progress.issued(outcome);
        let removed = outcome == Outcome::Destroyed && expected.is_none();
        match (cookie, expected) {
            (None, None) => assert!(!removed, "the cookie stays"),
            (Some(cookie), None) => {
                assert!(removed && cookie.max_age == Some(0) && cookie.value.is_empty());
            }
            (None, Some(_)) => panic!("{outcome} without a cookie"),
            (Some(cookie), Some(token)) => {
                let left = token.deadline.since(token.issued).as_secs();
                assert_eq!(cookie.max_age, Some(left.max(1)));
                // Promise L10: no answer ever carried it before.
                assert!(self.tokens.iter().all(|known| known.text != cookie.value), "sent again");
                self.tokens.push(Token { text: cookie.value, ..token });
            }
        }
        if delivered && let Some(text) = set_cookie {
            self.browsers[progress.from.browser].receive(&text, self.now);
        }
    }
}

impl Progress {
    /// Whether what has happened is a reason to end so.
    fn explains(&self, outcome: Outcome, small: bool) -> bool {
        use Purpose::{
            Bind, Change, Create, Destroy, Guest, Nothing, Refused, Replace, Soft, Touch,
        };
        let contended = self.lost.is_some() || self.conflicts > 0;
        let stuck = self.conflicts > usize::from(self.request.policy.retries);
        match (outcome, self.purpose) {
            (Outcome::Unchanged, Nothing) => self.steps == 0,
            (Outcome::Unchanged, Soft | Touch) => contended,
            // Another exchange has set the same lifetime.
            (Outcome::Unchanged, Change) => contended && self.request.purpose() != Change,
            (Outcome::Touched, Touch) => self.touched,
            (Outcome::Guest, Guest) => self.steps == 0,
            (Outcome::Created, Create | Replace | Bind) => self.created,
            (Outcome::Updated, Soft | Change) => self.stored.is_some(),
            (Outcome::Rotated, Soft | Change | Bind) => {
                self.stored.as_ref().is_some_and(|(_, _, mints)| *mints)
            }
            (Outcome::Destroyed, Destroy) => self.destroyed,
            (Outcome::SoftFailed, Soft | Touch) => self.faults > 0,
            (Outcome::Conflict, Change | Bind) => stuck || (small && contended),
            (Outcome::Gone, Refused) => self.steps == 0,
            (Outcome::Gone, Change) => self.lost.is_some_and(|lost| lost != Verdict::Obsolete),
            (Outcome::Obsolete, Change) => self.lost == Some(Verdict::Obsolete),
            (Outcome::StoreFull, Change | Bind | Create | Replace) => self.full,
            (Outcome::StoreFailed, Change | Bind | Create | Destroy | Replace) => self.faults > 0,
            (Outcome::RngFailed, Replace) => self.no_dice,
            _ => false,
        }
    }

    /// The token that an answer must bring.
    fn issued(&self, outcome: Outcome) -> Option<Token> {
        let request = &self.request;
        let (selector, key, deadline) = match outcome {
            Outcome::Created | Outcome::Updated | Outcome::Rotated => {
                let (key, session, mints) = self.stored.as_ref()?;
                mints.then_some((session.selector, Some(*key), session.deadline))?
            }
            Outcome::Guest | Outcome::Destroyed if request.guest_wanted => {
                (request.number, None, request.created().deadline)
            }
            _ => return None,
        };
        let (issued, server) = (request.now, self.from.server);
        let id = Id(request.number, selector);
        Some(Token { text: String::new(), id, selector, key, issued, deadline, server })
    }
}
