//! What the work takes.
//!
//! In: a contestant and the script. Out: what was done to its flash for each operation, and how many instructions each
//! takes. Every answer is compared with a model, and all sessions at the end.

use std::cell::Cell;
use std::rc::Rc;

use sansession_bench_counter::Steps;

use crate::contestant::Contestant;
use crate::flash::{Counts, Flash};
use crate::script::{Kind, Operation, RECORD, SESSIONS, key};

/// Operations whose instructions are counted, at most: counting is slow.
pub(crate) const STEPPED: usize = 256;

/// Instructions after which no further operation is counted.
const ENOUGH: u32 = 4_000_000;

/// What somebody's operations took.
pub(crate) struct Cost {
    pub(crate) name: &'static str,
    /// Of all operations that the flash was watched at.
    pub(crate) counts: Counts,
    /// How many these were.
    pub(crate) operations: u32,
    /// The most writes of an operation that removed a session and erased nothing.
    pub(crate) writes_of_a_remove: u32,
    /// For each byte that was read, and in how many operations they were counted; if they can be.
    instructions: Option<(f64, u32)>,
}

impl Cost {
    /// Of one operation.
    pub(crate) fn each(&self, count: impl Fn(&Counts) -> u32) -> f64 {
        f64::from(count(&self.counts)) / f64::from(self.operations)
    }

    /// Of one operation, and in how many they were counted; if they can be.
    ///
    /// What is counted are few operations, and some read a hundred times as much as others. What an operation takes
    /// follows what it reads, so the few stand for as much reading as there is in all.
    pub(crate) fn instructions(&self) -> Option<(f64, u32)> {
        let (for_a_byte, operations) = self.instructions?;
        Some((for_a_byte * self.each(|counts| counts.bytes_read), operations))
    }
}

/// Lets somebody do all operations in `bytes` of flash. The flash is watched in the first of them; instructions are
/// counted in the last [`STEPPED`], until there are [`ENOUGH`].
pub(crate) fn measure<C: Contestant>(
    steps: Option<&mut Steps>,
    bytes: u32,
    script: &[Operation],
) -> Cost {
    let (flash, counts) = Flash::new(bytes);
    let mut run = Run { contestant: C::new(flash), counts, records: [None; SESSIONS] };
    run.counts.take();
    let (watched, stepped) = script.split_at(script.len() - STEPPED);
    let mut writes_of_a_remove = 0;
    for operation in watched {
        let before = run.counts.get();
        run.step(operation, |work| work());
        let after = run.counts.get();
        if operation.kind == Kind::Remove && after.erases == before.erases {
            writes_of_a_remove = writes_of_a_remove.max(after.writes - before.writes);
        }
    }
    let counts = run.counts.get();
    run.check();
    let instructions = steps.and_then(|steps| run.instructions(steps, stepped));
    run.check();
    Cost {
        name: C::NAME,
        counts,
        operations: u32::try_from(watched.len()).expect("they are some thousands"),
        writes_of_a_remove,
        instructions,
    }
}

/// Somebody at work, and what must be in the flash by now.
struct Run<C> {
    contestant: C,
    counts: Rc<Cell<Counts>>,
    records: [Option<[u8; RECORD]>; SESSIONS],
}

impl<C: Contestant> Run<C> {
    /// A look-up and what comes after it, inside of `around`.
    fn step(&mut self, operation: &Operation, around: impl FnOnce(&mut dyn FnMut())) {
        let Self { contestant, records, .. } = self;
        let (key, record) = (key(operation.session), operation.record());
        let mut buffer = [0; 256];
        let mut found = None;
        around(&mut || {
            found = contestant.load(&key, &mut buffer);
            match &record {
                Some(record) => contestant.put(&key, record),
                None => contestant.remove(&key),
            }
        });
        let known = &mut records[operation.session];
        assert_eq!(found.map(|len| &buffer[..len]), known.as_ref().map(|record| &record[..]));
        *known = record;
    }

    /// Instructions for each byte that was read, and in how many operations they were counted.
    fn instructions(&mut self, steps: &mut Steps, stepped: &[Operation]) -> Option<(f64, u32)> {
        let before = self.counts.get().bytes_read;
        let (mut sum, mut operations) = (0, 0);
        for operation in stepped {
            let mut count = None;
            self.step(operation, |work| count = steps.count(work));
            (sum, operations) = (sum + u32::try_from(count?).ok()?, operations + 1);
            if sum >= ENOUGH {
                break;
            }
        }
        let bytes = self.counts.get().bytes_read - before;
        Some((f64::from(sum) / f64::from(bytes), operations))
    }

    /// All sessions are as they were left.
    fn check(&mut self) {
        for (session, record) in self.records.iter().enumerate() {
            let mut buffer = [0; 256];
            let found = self.contestant.load(&key(session), &mut buffer);
            assert_eq!(found.map(|len| &buffer[..len]), record.as_ref().map(|record| &record[..]));
        }
    }
}
