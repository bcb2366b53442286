//! What sessions in NOR flash cost, beside two key-value stores for flash that do the same work.
//!
//! `cargo run --release -p sansession-bench-nor`. All get one script: up to 64 sessions of 200 bytes, 80 % updates, 10 %
//! new ones, 10 % removed ones, each after a look-up, each on flash before the next. The others keep the 16 bytes of
//! revision and times in their values, and see the same 64 keys for ever. Each answer is compared with a model, and our
//! figures with what they may be.
//!
//! Instructions are those of user mode, the copying of the flash in RAM included, which is the same for all. They are
//! counted one by one, which takes minutes, so in few operations, as many as the last column says; these stand for as
//! much reading as there is in all. `-- flash` leaves them out.

use std::process::ExitCode;

use sansession_bench_counter::{Steps, watched};

mod script;

mod flash;

mod contestant;

mod measure;

mod table;

use crate::contestant::{Ekv, Ours, SequentialStorage};
use crate::measure::{Cost, STEPPED, measure};

/// Operations in which the flash is watched.
const OPERATIONS: usize = 50_000;

/// How many times as many reads the map needs at least.
const FEWER_READS: f64 = 15.0;

/// What an operation of ours may take at most, on average.
struct Bounds {
    reads: f64,
    writes: f64,
    bytes_written: f64,
    erases: f64,
}

fn main() -> ExitCode {
    watched(|words| {
        let mut steps = (words != ["flash"]).then(Steps::new);
        let script = script::script(OPERATIONS + STEPPED);
        print!("{}", table::HEAD);
        let bounds = Bounds { reads: 1.85, writes: 1.14, bytes_written: 232.5, erases: 0.0578 };
        all::<16>(&mut steps, 64, &script, &bounds);
        let bounds = Bounds { reads: 1.81, writes: 1.12, bytes_written: 227.5, erases: 0.0565 };
        all::<64>(&mut steps, 256, &script, &bounds);
        ExitCode::SUCCESS
    })
}

/// Everybody, in `kib` KiB, which are `PAGES` pages.
fn all<const PAGES: usize>(
    steps: &mut Option<Steps>,
    kib: u32,
    script: &[script::Operation],
    bounds: &Bounds,
) {
    let ours = measure::<Ours>(steps.as_mut(), kib * 1024, script);
    print!("{}", table::row(kib, &ours, None));
    bounds.assert(&ours);
    let map = measure::<SequentialStorage<PAGES>>(steps.as_mut(), kib * 1024, script);
    print!("{}", table::row(kib, &map, Some(&ours)));
    let times = map.each(|counts| counts.reads) / ours.each(|counts| counts.reads);
    assert!(times >= FEWER_READS, "{times} times as many reads are fewer than {FEWER_READS}");
    let tree = measure::<Ekv>(steps.as_mut(), kib * 1024, script);
    print!("{}", table::row(kib, &tree, Some(&ours)));
}

impl Bounds {
    fn assert(&self, cost: &Cost) {
        let figures = [
            (cost.each(|counts| counts.reads), self.reads),
            (cost.each(|counts| counts.writes), self.writes),
            (cost.each(|counts| counts.bytes_written), self.bytes_written),
            (cost.each(|counts| counts.erases), self.erases),
        ];
        for (figure, bound) in figures {
            assert!(figure <= bound, "{figure} is more than {bound}");
        }
        assert_eq!(cost.writes_of_a_remove, 1, "a remove is one write, if the ring need not turn");
    }
}
