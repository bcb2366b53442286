//! What an exchange costs, beside others who do the same work: `cargo xtask bench`.
//!
//! One table. Each row is one piece of work, ours and its peers' in the same run, in one thread, taking turns. Every
//! one of them asserts its result. How the columns are measured is told in [`measure`]. A second table is of memory.
//!
//! Words choose rows: `cargo run --release -p sansession-bench -- stored 10` measures those whose work has them all.
//!
//! The program starts itself a second time and watches: see [`sansession_bench_counter`].

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

fn main() -> ExitCode {
    sansession_bench_counter::watched(|words| {
        let mut meter = measure::Meter::new();
        let all = words.is_empty();
        println!("{}", rows::measured(&mut meter, words));
        if all {
            println!("{}", rows::memory());
        }
        ExitCode::SUCCESS
    })
}
