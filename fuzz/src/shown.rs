//! What an input says, for who looks into a finding.

use std::fmt::Debug;
use std::sync::LazyLock;

/// With this in the environment, all inputs are printed as they are read.
const SWITCH: &str = "FUZZ_SHOW";

static ON: LazyLock<bool> = LazyLock::new(|| std::env::var_os(SWITCH).is_some());

/// Prints what is about to be done. libFuzzer aborts at a panic, so that nothing can be said after it.
pub(crate) fn show(what: &impl Debug) {
    if *ON {
        eprintln!("{what:?}");
    }
}
