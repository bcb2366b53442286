//! What an exchange costs, beside others who do the same work: `cargo xtask bench`.
//!
//! One table. Each row is one piece of work, ours and its peers' in the same run, in one thread, taking turns. Every
//! one of them asserts its result. How the columns are measured is told in [`measure`]. A second table is of memory.
//!
//! The program starts itself a second time and watches: see [`measure::steps`].

use std::process::ExitCode;

// What is measured, and against what.
mod fixture;
mod ours;
mod peers;

// How.
mod measure;
mod table;

mod rows;

#[global_allocator]
static ALLOCATOR: sansession_bench_allocator::Counted = sansession_bench_allocator::Counted;

/// The argument that makes this program the one that is watched.
const WATCHED: &str = "watched";

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() != Some(WATCHED) {
        return measure::steps::watch(WATCHED);
    }
    let mut meter = measure::Meter::new();
    let table = rows::all(&mut meter);
    println!("{table}");
    println!("{}", rows::memory());
    ExitCode::SUCCESS
}
