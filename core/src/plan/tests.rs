extern crate std;

use std::collections::BTreeSet;
use std::string::String;

use super::*;

/// Every intent has a row, and the first row that fits is found for every set of facts.
#[test]
fn the_tables_are_whole() {
    for (intent, _, _) in INTENTS {
        assert!(TABLE.iter().any(|(about, _)| *about == intent), "{intent:?}");
    }
    let reached: BTreeSet<String> =
        (0..1 << 11).map(|facts| std::format!("{:?}", intent(facts))).collect();
    assert_eq!(reached.len(), TABLE.len(), "{reached:?}");
}

/// promise: L15
#[test]
fn soft_steps_never_refuse_and_hard_ones_never_pass_over_a_failure() {
    for (intent, row) in TABLE {
        let soft = matches!(
            intent,
            Intent::Nothing | Intent::Guest | Intent::Touch | Intent::Tidy | Intent::Renew
        );
        for (event, next) in EVENTS.iter().zip(row) {
            if let Next::Done(outcome) = next {
                assert!(!(soft && outcome.is_refusal()), "{intent:?} on {event:?}");
                let failed = matches!(
                    event,
                    Event::Full | Event::Failed | Event::Lost | Event::NoId | Event::Stuck
                );
                assert!(soft || !failed || outcome.is_refusal(), "{intent:?} on {event:?}");
            }
        }
    }
}

/// promise: L16
#[test]
fn a_failed_request_can_only_log_out() {
    for facts in (0..1 << 11).filter(|facts| facts & Fact::FAILED != 0) {
        let expected = if facts & Fact::ENDED != 0 { Intent::Destroy } else { Intent::Nothing };
        assert_eq!(intent(facts), expected);
    }
}

/// promise: L4
#[test]
fn the_old_record_is_gone_before_a_new_one_is_stored() {
    assert_eq!(next(Intent::Replace, Event::Start), Next::Destroy);
    for event in EVENTS {
        let creates = next(Intent::Replace, event) == Next::Create;
        assert_eq!(creates, matches!(event, Event::Stored | Event::Gone), "{event:?}");
    }
}
