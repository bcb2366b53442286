extern crate std;

use std::collections::BTreeSet;
use std::fmt::Write as _;
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

/// promise: L15
#[test]
fn a_carried_exchange_comes_to_what_a_stored_one_comes_to_where_no_store_fails() {
    for (intent, answer, outcome) in CARRIED {
        let stored = match next(intent, Event::Start) {
            Next::Done(outcome) => outcome,
            _ => match next(intent, Event::Stored) {
                Next::Done(outcome) => outcome,
                _ => O::Created,
            },
        };
        if intent != Intent::Renew {
            assert_eq!(outcome, stored, "{intent:?}");
        }
        let soft = matches!(intent, Intent::Touch | Intent::Tidy);
        assert_eq!(answer == Answer::Sign(Without::Later), soft, "{intent:?}");
        let keeps = matches!(outcome, O::Unchanged | O::Gone);
        assert_eq!(answer == Answer::Keep, keeps, "{intent:?}");
    }
    let both = TABLE.iter().zip(CARRIED);
    assert!(both.into_iter().all(|((stored, _), (carried, ..))| *stored == carried));
}

/// docs/PLAN.md is these tables; `SNAPSHOT=write cargo test -p sansession plan` writes it again.
#[test]
fn the_docs_show_these_tables() {
    let mut page = String::from(INTRODUCTION);
    page.push_str(
        "\n## What an exchange is about\n\nThe first row whose facts all hold, or all do not.\n\n",
    );
    page.push_str("| intent | holds | does not hold |\n|---|---|---|\n");
    for (intent, with, without) in INTENTS {
        writeln!(page, "| {intent:?} | {} | {} |", names(with), names(without)).unwrap();
    }
    page.push_str("\n## What follows\n\n| |");
    for event in EVENTS {
        write!(page, " {event:?} |").unwrap();
    }
    writeln!(page, "\n|---|{}", "---|".repeat(EVENTS.len())).unwrap();
    for (intent, row) in TABLE {
        write!(page, "| **{intent:?}** |").unwrap();
        for next in row {
            let cell = match next {
                Next::Done(outcome) => std::format!("{outcome}"),
                step => std::format!("**{step:?}**"),
            };
            write!(page, " {cell} |").unwrap();
        }
        page.push('\n');
    }
    page.push_str(
        "\n## What a carried session comes to\n\nThere is no store: each row has one outcome.\n\n",
    );
    page.push_str("| intent | cookie | outcome | without randomness |\n|---|---|---|---|\n");
    for (intent, answer, outcome) in CARRIED {
        let (cookie, without) = match answer {
            Answer::Keep => ("as it is", "not asked for"),
            Answer::Sign(Without::Refuse) => ("signed", "the host's error"),
            Answer::Sign(Without::Later) => ("signed", "soft-failed"),
            Answer::Sign(Without::Logout) => ("signed", "removed, rng-failed"),
            Answer::Guest => ("for CSRF tokens", "the host's error"),
            Answer::Remove => ("removed", "not asked for"),
        };
        writeln!(page, "| {intent:?} | {cookie} | {outcome} | {without} |").unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/PLAN.md");
    if std::env::var_os("SNAPSHOT").is_some_and(|mode| mode == "write") {
        std::fs::write(path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page);
}

const INTRODUCTION: &str = "# The plan

Printed from `core/src/plan.rs` by its test. Every choice of transition is in these tables. Steps are bold; what is
not is an outcome, and the end.
";

fn names(facts: u16) -> String {
    let all = [
        (Fact::FAILED, "failed"),
        (Fact::LIVE, "live"),
        (Fact::ENDED, "ended"),
        (Fact::CHANGED, "changed"),
        (Fact::BOUND, "bound"),
        (Fact::REGENERATE, "regenerate"),
        (Fact::RENEW, "renew"),
        (Fact::TIDY, "tidy"),
        (Fact::TOUCH, "touch"),
        (Fact::GUEST, "guest"),
        (Fact::EXPIRED, "expired"),
    ];
    let held = all.iter().filter(|(fact, _)| facts & fact != 0);
    held.map(|(_, name)| *name).collect::<std::vec::Vec<_>>().join(", ")
}
