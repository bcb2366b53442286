//! What stays in memory when a record goes.

use core::time::Duration;

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const SECRET: [u8; 12] = *b"the password";

fn write(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, NOW.after(Duration::from_secs(60)))
}

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
}

/// A table that was full of secrets once, and then something happened to the first of them.
fn after(change: impl FnOnce(&mut Table<2, 16>)) -> Table<2, 16> {
    let mut table = Table::new();
    for number in [1, 2] {
        let created = table.create(&key(number), Owner::Nobody, &write(&SECRET));
        assert_eq!(created, Created::Stored);
    }
    change(&mut table);
    table
}

fn wiped(table: &Table<2, 16>) -> bool {
    table.rows.iter().all(Row::is_clean)
}

// promise: I6
#[test]
fn a_record_that_is_destroyed_is_wiped() {
    let table = after(|table| assert!(table.destroy(&key(1))));
    assert!(wiped(&table));
    assert_eq!(table.len(), 1);
}

// promise: I6
#[test]
fn a_record_that_is_swept_is_wiped() {
    let table = after(|table| assert_eq!(table.take_expired(0, Timestamp::MAX), Some(1)));
    assert!(wiped(&table));
    assert_eq!(table.len(), 1);
}

// promise: I6
#[test]
fn what_a_shorter_record_leaves_behind_is_wiped() {
    let table = after(|table| {
        let updated = table.update(&key(1), Revision::FIRST, Owner::Nobody, &write(b"short"));
        assert_eq!(updated, Updated::Stored);
    });
    assert!(wiped(&table));
}

// promise: I6
#[test]
fn what_an_evicted_record_leaves_behind_is_wiped() {
    let table = after(|table| {
        let created = table.create(&key(3), Owner::Nobody, &write(b"short"));
        assert_eq!(created, Created::Stored);
    });
    assert!(wiped(&table));
}
