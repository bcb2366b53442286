//! A count is exact: what is done twice counts twice, and what is done again counts the same.

use std::hint::black_box;
use std::process::ExitCode;

use sansession_bench_counter::{Steps, watched};

fn main() -> ExitCode {
    watched(|_| {
        let mut steps = Steps::new();
        let counts = [1000, 1000, 2000, 3000].map(|turns| steps.count(|| spin(turns)));
        let Some([once, again, twice, thrice]) = all(counts) else {
            println!("SKIPPED: a process may not be watched here");
            return ExitCode::SUCCESS;
        };
        assert_eq!(once, again);
        assert!(once >= 1000, "{once}");
        assert_eq!(twice - once, thrice - twice);
        ExitCode::SUCCESS
    })
}

fn spin(turns: u32) {
    for turn in 0..turns {
        black_box(turn);
    }
}

fn all<const N: usize>(counts: [Option<u64>; N]) -> Option<[u64; N]> {
    let counts: Vec<u64> = counts.into_iter().flatten().collect();
    counts.try_into().ok()
}
