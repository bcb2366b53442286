//! The corpora, replayed by an ordinary test: what fuzzing once found stays found.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use sansession_fuzz::{TARGETS, Target};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("readable").path()).collect()
}

fn replay(name: &str) {
    let Target { check, .. } =
        TARGETS.into_iter().find(|target| target.name == name).expect("a target");
    let inputs = files(&folder("corpus").join(name));
    assert!(inputs.len() > 10, "{} seeds", inputs.len());
    for input in inputs {
        let bytes = fs::read(&input).expect("readable");
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(&bytes))) {
            eprintln!("{} (FUZZ_SHOW=1 shows what it says)", input.display());
            resume_unwind(panic);
        }
    }
}

// promise: H1 H2 H3 I4
#[test]
fn cookie_headers_of_the_corpus() {
    replay("cookie_header");
}

// promise: T3 T4 T6 T7
#[test]
fn tokens_of_the_corpus() {
    replay("token");
}

// promise: T3 T4 T5 T10
#[test]
fn carried_sessions_of_the_corpus() {
    replay("carried");
}

// promise: T9
#[test]
fn records_of_the_corpus() {
    replay("record");
}

// promise: H4 H5 H7
#[test]
fn set_cookies_of_the_corpus() {
    replay("set_cookie");
}

// promise: F1 F4 L2 L3 L4 L5 L6 L7 L10 L15 L16 L17 S2
#[test]
fn exchanges_of_the_corpus() {
    replay("exchange");
}

/// Each has its file, its corpus and its dictionary.
#[test]
fn no_target_is_left_out() {
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    for kind in ["fuzz_targets", "corpus", "dictionaries"] {
        let found = files(&folder(kind));
        let stem = |path: &PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
        assert_eq!(found.iter().filter_map(stem).collect::<BTreeSet<_>>(), names, "{kind}");
    }
    for target in files(&folder("fuzz_targets")) {
        let text = fs::read_to_string(&target).expect("readable");
        assert!(text.starts_with("//! Invariant: "), "{}", target.display());
    }
}
