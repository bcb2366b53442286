//! How work is measured.
//!
//! In: contestants that do the same work. Out: what each costs.
//!
//! - **Instructions** of user mode: [`sansession_bench_counter`] goes through a run instruction by instruction. Needs nothing of the
//!   processor, works in virtual machines, sees every instruction set extension.
//! - **Cycles** of user mode, by the processor's counter where there is one; the column is time otherwise.
//! - **Time**: the median of many short batches.
//! - **Allocations**: blocks asked for in a run, the mean of all batches.
//!
//! Before any of it, everybody is warmed up; batches take turns, so that what disturbs one disturbs the others.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sansession_bench_allocator::so_far;
use sansession_bench_counter::Steps;

use crate::measure::cycles::Cycles;

mod cycles;

/// Work that can be done again and again.
pub(crate) trait Work {
    /// Does it once. What is cheap to assert is asserted here.
    fn run(&mut self);

    /// Asserts what the last run left behind. Not measured.
    fn check(&mut self);
}

/// Somebody who does the work.
pub(crate) struct Contestant {
    pub(crate) who: &'static str,
    pub(crate) work: Box<dyn Work>,
}

impl Contestant {
    pub(crate) fn new(who: &'static str, work: impl Work + 'static) -> Self {
        Self { who, work: Box::new(work) }
    }
}

/// What one run costs.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) instructions: Option<u64>,
    pub(crate) cycles: Option<u64>,
    pub(crate) nanos: u64,
    pub(crate) allocations: u64,
}

impl Cost {
    /// What this costs more than `bare`.
    pub(crate) fn beyond(self, bare: Self) -> Self {
        let less = |more: Option<u64>, bare: Option<u64>| Some(more?.saturating_sub(bare?));
        Self {
            instructions: less(self.instructions, bare.instructions),
            cycles: less(self.cycles, bare.cycles),
            nanos: self.nanos.saturating_sub(bare.nanos),
            allocations: self.allocations.saturating_sub(bare.allocations),
        }
    }
}

/// Runs before anything is measured.
const WARM_UP: usize = 100;
/// Batches of each contestant.
const BATCHES: usize = 301;
/// How long a batch takes, about: long beside reading a clock, short beside a turn on the processor.
const BATCH: Duration = Duration::from_micros(60);
/// Runs of each contestant whose instructions are counted, at most: counting is slow, and runs differ little.
const STEPPED: usize = 2;
/// Instructions of each contestant that are counted, at most, unless one run has more.
const STEPS: u64 = 50_000;

/// Measures.
pub(crate) struct Meter {
    steps: Steps,
    cycles: Option<Cycles>,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self { steps: Steps::new(), cycles: Cycles::new() }
    }

    /// Whether the processor's cycles are counted.
    pub(crate) fn has_cycles(&self) -> bool {
        self.cycles.is_some()
    }

    /// Measures contestants side by side; the costs are in their order.
    pub(crate) fn measure(&mut self, contestants: &mut [Contestant]) -> Vec<Cost> {
        let mut runs: Vec<Runs> = contestants
            .iter_mut()
            .map(|contestant| Runs { batch: warm_up(&mut *contestant.work), ..Runs::default() })
            .collect();
        for _ in 0..BATCHES {
            for (contestant, runs) in contestants.iter_mut().zip(&mut runs) {
                self.batch(&mut *contestant.work, runs);
                contestant.work.check();
            }
        }
        let costs = contestants.iter_mut().zip(runs).map(|(contestant, runs)| Cost {
            instructions: self.instructions(&mut *contestant.work),
            cycles: median(runs.cycles),
            nanos: median(runs.nanos).unwrap_or_default(),
            allocations: (runs.allocations + runs.count / 2) / runs.count.max(1),
        });
        costs.collect()
    }

    fn batch(&mut self, work: &mut dyn Work, runs: &mut Runs) {
        let allocations = so_far().allocations;
        if let Some(cycles) = &mut self.cycles {
            cycles.start();
        }
        let started = Instant::now();
        for _ in 0..runs.batch {
            black_box(&mut *work).run();
        }
        let took = started.elapsed();
        runs.cycles.extend(self.cycles.as_mut().map(|cycles| cycles.stop() / runs.batch));
        runs.nanos.push(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX) / runs.batch);
        runs.allocations += so_far().allocations - allocations;
        runs.count += runs.batch;
    }

    /// Instructions of a run: the least of some. The system's clock is read again and again while it is too slow being
    /// stepped through, and that is not the work's.
    fn instructions(&mut self, work: &mut dyn Work) -> Option<u64> {
        let mut counts: Vec<u64> = Vec::new();
        while let Some(count) = self.steps.count(|| black_box(&mut *work).run()) {
            work.check();
            counts.push(count);
            if counts.len() == STEPPED || counts.iter().sum::<u64>() + count > STEPS {
                break;
            }
        }
        counts.into_iter().min()
    }
}

/// What was seen of a contestant's runs.
#[derive(Default)]
struct Runs {
    /// Runs in a batch.
    batch: u64,
    /// Runs of all batches.
    count: u64,
    /// For one run, batch by batch.
    nanos: Vec<u64>,
    cycles: Vec<u64>,
    /// Of all runs.
    allocations: u64,
}

/// Runs it until it is warm, and says how many runs make a batch.
fn warm_up(work: &mut dyn Work) -> u64 {
    for _ in 0..WARM_UP {
        work.run();
        work.check();
    }
    let started = Instant::now();
    for _ in 0..10 {
        work.run();
    }
    let one = (started.elapsed() / 10).max(Duration::from_nanos(1));
    work.check();
    let runs = BATCH.as_nanos() / one.as_nanos();
    u64::try_from(runs).unwrap_or(u64::MAX).clamp(1, 1000)
}

fn median(mut figures: Vec<u64>) -> Option<u64> {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied()
}
