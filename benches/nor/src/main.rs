//! What sessions in NOR flash cost, beside the map of sequential-storage with all its caches, which does the same work.
//!
//! `cargo run --release -p sansession-bench-nor`. Both get one script: up to 64 sessions of 200 bytes, 80 % updates, 10 %
//! new ones, 10 % removed ones, each after a look-up. The map keeps the 16 bytes of revision and times in its values,
//! and sees the same 64 keys for ever. Each answer is checked.

mod flash;

use std::time::{Duration, Instant};

use pollster::block_on;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_nor::AsyncNorStore;
use sansession_store::{Created, Loaded, Store as _, Updated};
use sequential_storage::cache::Cache;
use sequential_storage::cache::key_pointers::ArrayKeyPointers;
use sequential_storage::cache::page_pointers::ArrayPagePointers;
use sequential_storage::cache::page_states::ArrayPageStates;
use sequential_storage::map::{MapConfig, MapStorage};

use crate::flash::{Counts, Flash};

const SESSIONS: usize = 64;

const RECORD: usize = 200;

/// What stands beside a record.
const META: usize = 16;

const OPERATIONS: u32 = 50_000;

#[derive(Clone, Copy)]
enum Operation {
    Update(usize),
    New(usize),
    Remove(usize),
}

fn main() {
    println!(
        "{:<36}{:>8}{:>10}{:>12}{:>10}{:>8}",
        "per operation", "reads", "B read", "B written", "erases", "us"
    );
    both::<16>(64);
    both::<64>(256);
}

/// Runs the script on `kib` KiB, in `PAGES` pages.
fn both<const PAGES: usize>(kib: u32) {
    let script = script();
    let (counts, time) = store(&script, kib * 1024);
    row(&format!("{kib} KiB: sansession-nor"), &counts, time);
    let (counts, time) = map::<PAGES>(&script, kib * 1024);
    row(&format!("{kib} KiB: sequential-storage 8"), &counts, time);
}

fn row(name: &str, counts: &Counts, time: Duration) {
    let each = |count: u32| f64::from(count) / f64::from(OPERATIONS);
    let (reads, read, written) =
        (each(counts.reads), each(counts.bytes_read), each(counts.bytes_written));
    let (erases, micros) = (each(counts.erases), time.as_secs_f64() * 1e6 / f64::from(OPERATIONS));
    println!("{name:<36}{reads:>8.2}{read:>10.0}{written:>12.1}{erases:>10.4}{micros:>8.1}");
}

fn script() -> Vec<Operation> {
    let (mut seed, mut live) = (1, [true; SESSIONS]);
    let mut script: Vec<_> = (0..SESSIONS).map(Operation::New).collect();
    while script.len() < OPERATIONS as usize {
        let session = random(&mut seed) % SESSIONS;
        match random(&mut seed) % 10 {
            0 if live[session] => {
                live[session] = false;
                script.push(Operation::Remove(session));
            }
            // A place that is free, if there is one.
            1 => {
                if let Some(session) = live.iter().position(|live| !live) {
                    live[session] = true;
                    script.push(Operation::New(session));
                }
            }
            0 => {}
            _ if live[session] => script.push(Operation::Update(session)),
            _ => {}
        }
    }
    script
}

/// Xorshift.
fn random(seed: &mut u32) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    *seed as usize
}

fn key(session: usize) -> [u8; 16] {
    let mut seed = u32::try_from(session).unwrap_or_default() + 1;
    [(); 16].map(|()| random(&mut seed).to_le_bytes()[1])
}

fn store(script: &[Operation], bytes: u32) -> (Counts, Duration) {
    let flash = Flash::new(bytes as usize);
    let store = block_on(AsyncNorStore::<_, SESSIONS>::mount(flash, 0..bytes));
    let store = store.expect("it is blank");
    let write = Write::new(&[7; RECORD], Timestamp::from_secs(1_700_000_000), Timestamp::MAX);
    let (mut revisions, mut buffer) = ([0; SESSIONS], [0; 256]);
    let begun = Instant::now();
    for operation in script {
        let (Operation::Update(session) | Operation::New(session) | Operation::Remove(session)) =
            *operation;
        let key = StoreKey::from_bytes(key(session));
        let found = block_on(store.load(&key, &mut buffer, Freshness::Latest));
        let is_new = matches!(operation, Operation::New(_));
        assert_eq!(found.expect("it can be read") == Loaded::Missing, is_new);
        match operation {
            Operation::New(_) => {
                assert_eq!(block_on(store.create(&key, write)), Ok(Created::Stored));
                revisions[session] = 1;
            }
            Operation::Update(_) => {
                let revision = Revision::new(revisions[session]);
                assert_eq!(block_on(store.update(&key, revision, write)), Ok(Updated::Stored));
                revisions[session] += 1;
            }
            Operation::Remove(_) => assert_eq!(block_on(store.destroy(&key)), Ok(true)),
        }
    }
    (store.into_flash().counts, begun.elapsed())
}

fn map<const PAGES: usize>(script: &[Operation], bytes: u32) -> (Counts, Duration) {
    let cache = Cache::new(
        ArrayPageStates::<PAGES>::new(),
        ArrayPagePointers::<PAGES>::new(),
        ArrayKeyPointers::<[u8; 16], SESSIONS>::new(),
    );
    let config = MapConfig::new(0..bytes);
    let mut map = MapStorage::<[u8; 16], _, _>::new(Flash::new(bytes as usize), config, cache);
    let (value, mut buffer) = ([7; META + RECORD], [0; 512]);
    let begun = Instant::now();
    for operation in script {
        let (Operation::Update(session) | Operation::New(session) | Operation::Remove(session)) =
            *operation;
        let key = key(session);
        let found = block_on(map.fetch_item::<&[u8]>(&mut buffer, &key)).expect("it can be read");
        assert_eq!(found.is_none(), matches!(operation, Operation::New(_)));
        match operation {
            Operation::Remove(_) => block_on(map.remove_item(&mut buffer, &key)),
            _ => block_on(map.store_item(&mut buffer, &key, &&value[..])),
        }
        .expect("there is room");
    }
    (map.destroy().0.counts, begun.elapsed())
}
