//! Prints what sessions in NOR flash cost: reads, bytes written and erases of each operation.
//!
//! 64 sessions of 200 bytes; 80 % updates, 10 % new sessions, 10 % removed ones; a look-up before each, and one in ten
//! for a key that is not there. Serial flash: bytes, pages of 4 KiB. `cargo run --release -p sansession-nor --example
//! cost`

#[path = "../tests/common/mod.rs"]
mod common;

use common::model::{NOW, key};
use common::{Counts, Flash, Random};
use pollster::block_on;
use sansession::{Freshness, Revision, Timestamp, Write};
use sansession_nor::{Geometry, GeometryError, NorStore, Plan, Sizes, Usage};
use sansession_store::{Created, Loaded, Store, Updated};

const SESSIONS: usize = 64;

const OPERATIONS: u32 = 100_000;

const SIZES: Sizes = Sizes { read: 1, write: 1, erase: 4096 };

fn main() -> Result<(), GeometryError> {
    println!("{:<28}{:>8}{:>12}{:>12}", "per operation", "reads", "B written", "erases");
    for kib in [64, 256] {
        let ring = Geometry::within(0, kib * 1024, SIZES)?;
        let mut flash = Flash::<1, 1, 4096>::new(kib as usize * 1024);
        let (changes, mount) = run(&mut flash, ring);
        row(&format!("{kib} KiB: change"), &changes, f64::from(OPERATIONS));
        println!(
            "{kib} KiB: a mount reads {} bytes; a miss and a listing read none",
            mount.bytes_read
        );
        let (least, most) = (flash.erases.iter().min(), flash.erases.iter().max());
        println!("{kib} KiB: erases of a page: {} to {}", least.unwrap_or(&0), most.unwrap_or(&0));
        let plan = Plan::new(ring, 64, 200);
        let day = Usage { log_ins: 100, changes: 4, touches: 4 };
        println!("{kib} KiB: {} years at 100 log-ins a day", plan.years(&day, 100_000));
    }
    println!("RAM of a store of {SESSIONS}: {} bytes", Plan::ram_bytes::<SESSIONS>());
    Ok(())
}

fn row(name: &str, counts: &Counts, operations: f64) {
    #[expect(clippy::cast_precision_loss, reason = "they are far fewer than 2^52")]
    let each = |count: u64| count as f64 / operations;
    let (reads, written) = (each(counts.reads), each(counts.bytes_written));
    println!("{name:<28}{reads:>8.2}{written:>12.1}{:>12.4}", each(counts.erases));
}

/// What the changes cost, look-ups included, and a mount after them.
fn run(flash: &mut Flash<1, 1, 4096>, ring: Geometry) -> (Counts, Counts) {
    let mut random = Random(1);
    let mut live: Vec<(u64, u64)> = Vec::new();
    let mut next = 0;
    flash.counts = Counts::default();
    let store = NorStore::<_, SESSIONS>::mount_ring(&mut *flash, ring).expect("it can be mounted");
    let mounted = store.into_flash().counts;
    let store = NorStore::<_, SESSIONS>::mount_ring(&mut *flash, ring).expect("it can be mounted");
    let mut record = [0; 200];
    for time in 0..u64::from(OPERATIONS) {
        let seen = Timestamp::from_millis(NOW.as_millis() + time);
        record.fill_with(|| random.byte());
        let write = Write::new(&record, seen, Timestamp::MAX);
        let place = random.below(live.len().max(1));
        let roll = random.below(10);
        let unknown = block_on(store.load(&key(u64::MAX), &mut [0; 256], Freshness::Latest));
        assert_eq!(unknown, Ok(Loaded::Missing));
        if live.len() < SESSIONS && (live.is_empty() || roll == 0 || time < SESSIONS as u64) {
            assert_eq!(block_on(store.create(&key(next), write)), Ok(Created::Stored));
            live.push((next, 1));
            next += 1;
            continue;
        }
        let (number, revision) = live[place];
        let found = block_on(store.load(&key(number), &mut [0; 256], Freshness::Latest));
        assert!(matches!(found, Ok(Loaded::Found { len: 200, .. })), "{found:?}");
        if roll == 1 {
            assert_eq!(block_on(store.destroy(&key(number))), Ok(true));
            live.swap_remove(place);
        } else {
            let updated = block_on(store.update(&key(number), Revision::new(revision), write));
            assert_eq!(updated, Ok(Updated::Stored));
            live[place].1 += 1;
        }
    }
    let before = flash.counts;
    let store = NorStore::<_, SESSIONS>::mount_ring(&mut *flash, ring).expect("it can be mounted");
    let after = store.into_flash().counts;
    (difference(before, mounted, mounted), difference(after, before, Counts::default()))
}

fn difference(after: Counts, before: Counts, also: Counts) -> Counts {
    Counts {
        reads: after.reads - before.reads - also.reads,
        bytes_read: after.bytes_read - before.bytes_read - also.bytes_read,
        writes: after.writes - before.writes,
        bytes_written: after.bytes_written - before.bytes_written,
        erases: after.erases - before.erases,
    }
}
