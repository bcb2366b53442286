//! The threat model names tests: they are there, and keep the promises that it says.

use std::fs;
use std::path::Path;

const THREATS: &str = include_str!("../../THREATS.md");

/// A row that says which test keeps which promises.
struct Kept<'a> {
    promises: Vec<&'a str>,
    file: &'a str,
    test: &'a str,
}

/// Rows like `` | L2, L4 | `file`: `test` | ``; others are not about tests.
fn kept(line: &str) -> Option<Kept<'_>> {
    let (promises, by) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    let (file, test) = by.strip_prefix('`')?.strip_suffix('`')?.split_once("`: `")?;
    Some(Kept { promises: promises.split(", ").collect(), file, test })
}

/// The promises named right above `test`, if `source` has it.
fn promises_of<'a>(source: &'a str, test: &str) -> Option<Vec<&'a str>> {
    let is_it = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line.strip_prefix("fn ").and_then(|line| line.strip_prefix(test));
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    let lines: Vec<&str> = source.lines().collect();
    let place = lines.iter().position(|line| is_it(line))?;
    let mut above = lines[..place].iter().rev().take_while(|line| !line.is_empty());
    let (_, said) = above.find_map(|line| line.split_once("promise: "))?;
    Some(said.split([',', ' ']).filter(|promise| !promise.is_empty()).collect())
}

#[test]
fn every_test_that_the_threat_model_names_is_there_and_keeps_its_promise() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut rows = 0;
    for Kept { promises, file, test } in THREATS.lines().filter_map(kept) {
        let source = fs::read_to_string(root.join(file)).expect(file);
        let said = promises_of(&source, test).unwrap_or_else(|| panic!("no test: {test}"));
        for promise in promises {
            assert!(said.contains(&promise), "{test} keeps {said:?}, not {promise}");
        }
        rows += 1;
    }
    assert!(rows > 40, "only {rows} rows are about tests");
}
