//! Everything once more over the other store: the rest runs over files.

use std::env;
use std::process::Command;

use sansession_demo_tests::demo::STORE;

/// What a browser does is the same over any store, and these tests choose
/// their own.
const SKIPPED: [&str; 3] = ["browser::", "restart::", "memory::"];

// promise: S1
#[test]
fn all_of_this_holds_in_memory_too() {
    let mut tests = Command::new(env::current_exe().expect("this program has a path"));
    for skipped in SKIPPED {
        tests.args(["--skip", skipped]);
    }
    let output = tests.env(STORE, "memory").output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "over the memory store:\n{told}");
}
