//! The handler runs: each thing that it does is done to the machine and to the model.

use core::time::Duration;
use std::collections::BTreeSet;

use sansession::WriteError;
use sansession_tests::text;

use super::ops::Action;
use super::web::{Lane, PRINCIPALS, Web};

const KEYS: [&str; 4] = ["a", "b", "c", "a longer key"];
/// In minutes.
const LIFETIMES: [u64; 4] = [1, 20, 60, 600];

impl Web {
    pub(super) fn act(&mut self, lane: usize, action: Action) {
        let key = |number: u8| KEYS[usize::from(number) % KEYS.len()];
        let fresh_value = self.fresh_value(action);
        let Self { lanes, rules, servers, dice, csrf, .. } = self;
        let Lane::Handler(active, request, from) = &mut lanes[lane] else { return };
        let sessions = &servers[from.server];
        // Only a small slot may refuse, and what it refuses the model is not told.
        let taken = |written: Result<(), WriteError>| {
            let full = matches!(written, Err(WriteError::Full { .. }));
            assert!(written.is_ok() || (rules.small && full), "{written:?}");
            written.is_ok()
        };
        match action {
            Action::Nothing => {}
            Action::Insert { key: at, .. } => {
                if taken(active.insert_str(key(at), &fresh_value)) {
                    request.insert(key(at), &fresh_value);
                }
            }
            Action::Remove { key: at } => {
                assert_eq!(active.remove(key(at)), request.remove(key(at)));
            }
            Action::Clear => {
                active.clear();
                request.clear();
            }
            Action::Flash { key: at, .. } => {
                if taken(active.flash(key(at), fresh_value.as_str())) {
                    request.flash(key(at), &fresh_value);
                }
            }
            Action::FlashNow { key: at } => {
                if taken(active.flash_now(key(at), fresh_value.as_str())) {
                    request.flash_now(key(at), &fresh_value);
                }
            }
            Action::Flashed { key: at } => {
                assert_eq!(text(active.flashed(key(at))), request.flashed(key(at)));
            }
            Action::Keep { key: at } => {
                let kept = active.keep(key(at));
                if taken(kept.map(|_| ())) {
                    assert_eq!(kept, Ok(request.keep(key(at))));
                }
            }
            // In a small slot it may be done in part.
            Action::Reflash if rules.small => {}
            Action::Reflash => {
                assert_eq!(active.reflash(), Ok(()));
                request.reflash();
            }
            Action::Discard { key: at } => {
                assert_eq!(active.discard(key(at)), request.discard(key(at)));
            }
            Action::Regenerate => {
                active.regenerate();
                request.regenerate();
            }
            Action::Invalidate => {
                active.invalidate();
                request.invalidate();
            }
            Action::Login { principal } => {
                let principal = PRINCIPALS[usize::from(principal) % PRINCIPALS.len()];
                if taken(active.login(principal)) {
                    request.login(principal);
                }
            }
            Action::SetLifetime { idle, absolute } => {
                let span = |choice: u8| {
                    Duration::from_secs(60 * LIFETIMES[usize::from(choice) % LIFETIMES.len()])
                };
                assert_eq!(active.set_lifetime(span(idle), span(absolute)), Ok(()));
                request.set_lifetime(span(idle), span(absolute));
            }
            Action::Csrf => {
                for (token, basis) in csrf.iter().rev().take(4) {
                    let good = request.csrf_arrived() == Some(*basis);
                    assert_eq!(active.verify_csrf(sessions, token), good);
                }
                let Ok(made) = active.csrf_token(sessions, dice);
                csrf.push((made.to_string(), request.csrf()));
            }
        }
        assert!(active.keys().eq(request.data.keys()));
        let shown: BTreeSet<_> = active.flash_keys().collect();
        assert_eq!(shown, request.flash_keys().into_iter().collect());
        assert_eq!(active.principal(), request.principal.as_deref());
    }

    /// A text that was never written before.
    fn fresh_value(&mut self, action: Action) -> String {
        self.values += 1;
        let (Action::Insert { padding, .. } | Action::Flash { padding, .. }) = action else {
            return self.values.to_string();
        };
        "v".repeat(usize::from(padding % 16)) + &self.values.to_string()
    }
}
