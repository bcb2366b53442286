//! The conformance kit can tell a good store from bad ones: each check fails for a store that breaks its promise.
#![cfg(feature = "conformance")]

mod flaw;
mod flawed;
mod state;

use std::collections::BTreeSet;

use flaw::{FOUND_BY, Flaw, MISSED_BY_BASIC};
use pollster::block_on;
use sansession_store::Level;
use sansession_store::conformance::{Failure, Kit, LeftOut, Report, on_threads};
use state::FlawedStore;

fn examine(flaw: Option<Flaw>) -> Report {
    block_on(Kit::new().run(async || FlawedStore::<false>::new(flaw)))
}

fn examine_in_parallel(flaw: Option<Flaw>) -> Report {
    block_on(Kit::new().run_parallel(async || FlawedStore::<false>::new(flaw), on_threads))
}

/// The same store as one that declares itself basic, under the kit for basic ones.
fn examine_basic(flaw: Option<Flaw>) -> Report {
    block_on(Kit::basic().run(async || FlawedStore::<true>::new(flaw)))
}

fn failed(report: &Report) -> BTreeSet<&'static str> {
    report.failures().iter().map(Failure::check).collect()
}

#[test]
fn a_sound_store_passes() {
    examine(None).assert();
    examine_in_parallel(None).assert();
}

// promise: S1
#[test]
fn every_flaw_is_found_by_the_check_for_it() {
    for (flaw, check) in FOUND_BY {
        let failed = failed(&examine(Some(flaw)));
        assert!(failed.contains(check), "{flaw:?} passes {check}; these fail: {failed:?}");
    }
}

// promise: S1
#[test]
fn every_check_can_fail() {
    let all: BTreeSet<&str> = examine(None).passed().iter().copied().collect();
    let flaws = FOUND_BY.iter().map(|(flaw, _)| *flaw);
    let mut failed: BTreeSet<&str> = flaws.flat_map(|flaw| failed(&examine(Some(flaw)))).collect();
    // The next but one test sees this one fail.
    failed.insert("declares_its_level");
    let never: Vec<_> = all.difference(&failed).collect();
    assert!(never.is_empty(), "no flaw is found by {never:?}");
}

#[test]
fn every_check_in_parallel_can_fail() {
    let all: BTreeSet<&str> = examine_in_parallel(None).passed().iter().copied().collect();
    let mut found = BTreeSet::from(["declares_its_level"]);
    // Whether tasks meet is up to the scheduler.
    for _ in 0..100 {
        for flaw in [
            Flaw::CreateWaits,
            Flaw::ComparesThenWaits,
            Flaw::UpdateWritesInParts,
            Flaw::TouchRewrites,
        ] {
            found.extend(failed(&examine_in_parallel(Some(flaw))));
        }
        if found == all {
            return;
        }
    }
    panic!("no flaw is found by some of {all:?}, only by {found:?}");
}

// promise: S1
#[test]
fn the_level_that_is_declared_is_the_one_that_is_tested() {
    // Sound stores, both: only what they say of themselves does not fit.
    let basic = async || FlawedStore::<true>::new(None);
    let full = async || FlawedStore::<false>::new(None);
    for report in [
        block_on(Kit::new().run(basic)),
        block_on(Kit::new().run_parallel(basic, on_threads)),
        block_on(Kit::basic().run(full)),
        block_on(Kit::basic().run_parallel(full, on_threads)),
    ] {
        assert_eq!(failed(&report), BTreeSet::from(["declares_its_level"]), "{report}");
    }
    block_on(Kit::basic().run(basic)).assert();
    block_on(Kit::basic().run_parallel(basic, on_threads)).assert();
}

// promise: S1
#[test]
fn a_basic_store_that_calls_itself_full_fails() {
    for (need, flaw) in MISSED_BY_BASIC {
        let basic = examine_basic(Some(flaw));
        basic.assert();
        let left_out = |need| basic.left_out().iter().filter(move |check| check.need() == need);
        let needing: BTreeSet<&str> = left_out(need).map(LeftOut::check).collect();
        let failed = failed(&examine(Some(flaw)));
        assert!(!failed.is_disjoint(&needing), "{flaw:?} passes {needing:?}");
    }
}

// promise: S1
#[test]
fn a_basic_store_must_keep_the_rest() {
    let basic = examine_basic(None);
    let left_out: BTreeSet<&str> = basic.left_out().iter().map(LeftOut::check).collect();
    // It has no index to keep in step.
    let of_the_index = [Flaw::CreateBindsLast, Flaw::DestroyUnbindsFirst];
    let rest = FOUND_BY.iter().filter(|(flaw, _)| !of_the_index.contains(flaw));
    for (flaw, check) in rest.filter(|(_, check)| !left_out.contains(check)) {
        let failed = failed(&examine_basic(Some(*flaw)));
        assert!(failed.contains(check), "{flaw:?} passes {check}; these fail: {failed:?}");
    }
}

#[test]
fn a_report_says_what_was_left_out_and_why() {
    let full = examine(None);
    assert_eq!((full.level(), full.left_out()), (Level::Full, &[][..]));
    let basic = examine_basic(None);
    assert_eq!(basic.level(), Level::Basic);
    assert_eq!(full.passed().len(), basic.passed().len() + basic.left_out().len());
    let text = basic.to_string();
    let first = format!("0 of {} conformance checks of level basic failed", basic.passed().len());
    assert_eq!(text.lines().next(), Some(&*first));
    let line = "list_names_whom_create_binds: not asked for, it needs an index of principals";
    assert!(text.lines().any(|found| found.trim() == line), "{text}");
}

#[test]
#[should_panic(expected = "create_never_overwrites: create under a key that is taken")]
fn a_report_panics_with_what_was_found() {
    examine(Some(Flaw::CreateOverwrites)).assert();
}

#[test]
fn a_database_with_its_own_expiry_need_not_sweep() {
    let kit = Kit::new().expires_by_itself();
    let report = block_on(kit.run(async || FlawedStore::<false>::new(Some(Flaw::NeverSweeps))));
    report.assert();
    assert_eq!(report.left_out().len(), 2);
    assert!(!examine(Some(Flaw::NeverSweeps)).failures().is_empty());
}

#[test]
fn a_small_store_passes_a_small_kit() {
    let kit = Kit::new().records(32).longest_record(512);
    let small = async || FlawedStore::<false>::limited(32, 512);
    block_on(kit.run(small)).assert();
    assert!(!block_on(Kit::new().run(small)).failures().is_empty());
}
