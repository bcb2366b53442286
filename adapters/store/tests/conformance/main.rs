//! The conformance kit can tell a good store from bad ones: each check fails for a store that breaks its promise.
#![cfg(feature = "conformance")]

mod flaw;
mod flawed;

use std::collections::BTreeSet;

use flaw::{FOUND_BY, Flaw};
use flawed::FlawedStore;
use pollster::block_on;
use sansession_store::conformance::{Failure, Kit, Report, on_threads};

fn examine(flaw: Option<Flaw>) -> Report {
    block_on(Kit::new().run(async || FlawedStore::new(flaw)))
}

fn examine_in_parallel(flaw: Option<Flaw>) -> Report {
    block_on(Kit::new().run_parallel(async || FlawedStore::new(flaw), on_threads))
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
    let failed: BTreeSet<&str> = flaws.flat_map(|flaw| failed(&examine(Some(flaw)))).collect();
    let never: Vec<_> = all.difference(&failed).collect();
    assert!(never.is_empty(), "no flaw is found by {never:?}");
}

#[test]
fn every_check_in_parallel_can_fail() {
    let all: BTreeSet<&str> = examine_in_parallel(None).passed().iter().copied().collect();
    let mut found = BTreeSet::new();
    // Whether tasks meet is up to the scheduler.
    for _ in 0..100 {
        for flaw in [Flaw::CreateWaits, Flaw::ComparesThenWaits] {
            found.extend(failed(&examine_in_parallel(Some(flaw))));
        }
        if found == all {
            return;
        }
    }
    panic!("no flaw is found by some of {all:?}, only by {found:?}");
}

#[test]
#[should_panic(expected = "create_never_overwrites: create under a key that is taken")]
fn a_report_panics_with_what_was_found() {
    examine(Some(Flaw::CreateOverwrites)).assert();
}

#[test]
fn a_database_with_its_own_expiry_need_not_sweep() {
    let kit = Kit::new().expires_by_itself();
    block_on(kit.run(async || FlawedStore::new(Some(Flaw::NeverSweeps)))).assert();
    assert!(!examine(Some(Flaw::NeverSweeps)).failures().is_empty());
}

#[test]
fn a_small_store_passes_a_small_kit() {
    let kit = Kit::new().records(32).longest_record(512);
    block_on(kit.run(async || FlawedStore::limited(32, 512))).assert();
    assert!(
        !block_on(Kit::new().run(async || FlawedStore::limited(32, 512))).failures().is_empty()
    );
}
