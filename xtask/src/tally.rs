//! Adds up what the test runners said.

use std::fmt;

/// The sum of all `test result:` lines that went by.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
}

impl Tally {
    /// Adds a line of output; one that is no test runner's summary adds nothing.
    pub(crate) fn add(&mut self, line: &str) {
        let Some(summary) = line.trim_start().strip_prefix("test result: ") else { return };
        // "ok. 3 passed; 1 failed; 0 ignored; 0 measured; ..."
        let counts = summary.split_once(". ").map_or("", |(_, counts)| counts);
        for part in counts.split(';') {
            let Some((number, what)) = part.trim().split_once(' ') else { continue };
            let number = number.parse().unwrap_or(0);
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn only_summaries_are_added() {
        let mut tally = Tally::default();
        tally.add("running 4 tests");
        tally.add("test full ... FAILED");
        tally.add("test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out");
        tally.add("test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 7 filtered out");
        assert_eq!((tally.passed, tally.failed, tally.ignored), (8, 1, 2));
        assert_eq!(tally.to_string(), "8 passed, 1 failed");
    }
}
