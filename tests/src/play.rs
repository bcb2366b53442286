//! Random handlers, played to an exchange and to the model at once.

use std::collections::BTreeSet;

use sansession::WriteError;

use crate::dice::Dice;
use crate::fixture::text;
use crate::model::{Request, Session, Texts};
use crate::server::Exchange;

const KEYS: [&str; 4] = ["a", "b", "c", "a longer key"];
/// Whom sessions are bound to.
pub const PRINCIPALS: [&str; 3] = ["alice", "bob", "carol"];

/// What a session holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    data: Texts,
    flash: Texts,
    principal: Option<String>,
}

/// What an open session holds.
///
/// # Panics
/// If it holds anything but strings.
pub fn see(exchange: &mut Exchange) -> Held {
    let keys: Vec<_> = exchange.keys().map(str::to_owned).collect();
    let messages: Vec<_> = exchange.flash_keys().map(str::to_owned).collect();
    let data = keys
        .into_iter()
        .map(|key| (key.clone(), text(exchange.get(&key)).expect("listed")))
        .collect();
    let flash = messages
        .into_iter()
        .map(|key| (key.clone(), text(exchange.flashed(&key)).expect("listed")));
    let flash = flash.collect();
    Held { data, flash, principal: exchange.principal().map(str::to_owned) }
}

/// What the model says that a session holds.
pub fn seen(session: &Session) -> Held {
    let Session { data, flash, principal, .. } = session.clone();
    Held { data, flash, principal }
}

/// Does one thing to both. In a `small` slot, what it refuses the model is not told.
///
/// # Panics
/// If they do not answer alike.
pub fn operate(dice: &mut Dice, small: bool, exchange: &mut Exchange, request: &mut Request) {
    let key = *dice.pick(&KEYS);
    let value =
        "v".repeat(usize::try_from(dice.below(12)).expect("small")) + &dice.below(1000).to_string();
    let taken = |written: Result<(), WriteError>| {
        assert!(small || written.is_ok(), "{written:?}");
        written.is_ok()
    };
    match dice.below(21) {
        0..3 if taken(exchange.insert_str(key, &value)) => request.insert(key, &value),
        3 if taken(exchange.insert(key, value.as_str())) => request.insert(key, &value),
        4 => assert_eq!(exchange.remove(key), request.remove(key)),
        5 => {
            exchange.clear();
            request.clear();
        }
        6..9 if taken(exchange.flash(key, value.as_str())) => request.flash(key, &value),
        9 if taken(exchange.flash_now(key, value.as_str())) => request.flash_now(key, &value),
        10 | 11 => assert_eq!(text(exchange.flashed(key)), request.flashed(key)),
        12 => {
            let kept = exchange.keep(key);
            if taken(kept.map(|_| ())) {
                assert_eq!(kept, Ok(request.keep(key)));
            }
        }
        // In a small slot it may be done in part.
        13 if !small && taken(exchange.reflash()) => request.reflash(),
        14 => assert_eq!(exchange.discard(key), request.discard(key)),
        15 => {
            exchange.regenerate();
            request.regenerate();
        }
        16 => {
            exchange.invalidate();
            request.invalidate();
        }
        17 => {
            let principal = *dice.pick(&PRINCIPALS);
            if taken(exchange.login(principal)) {
                request.login(principal);
            }
        }
        18 => assert_eq!(text(exchange.get(key)), request.session.data.get(key).cloned()),
        19 => {
            let keys: BTreeSet<_> = exchange.flash_keys().map(str::to_owned).collect();
            assert_eq!(keys, request.flash_keys());
        }
        _ => assert!(exchange.keys().eq(request.session.data.keys())),
    }
}
