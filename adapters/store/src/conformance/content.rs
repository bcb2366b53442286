//! Content: records of any bytes and length, any keys, any times.

use sansession::{StoreKey, Timestamp, Write};

use super::Run;
use super::fixture::{Held, NOW, Subject, anonymous, bytes, key};
use super::report::Finding;
use crate::contract::Store;

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        records_may_be_empty,
        records_may_hold_every_byte,
        records_may_be_long,
        records_may_change_their_length,
        records_do_not_mix,
        keys_that_differ_in_one_bit_are_different,
        times_come_back_to_the_millisecond,
    );
}

async fn records_may_be_empty<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"")).await?;
    subject.holds(&key(1), Held::new(b"", 1, NOW)).await
}

async fn records_may_hold_every_byte<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let mut record: std::vec::Vec<u8> = (0..=u8::MAX).collect();
    // Two ends that text handling trims.
    record.extend_from_slice(b" \n\0");
    subject.create(&key(1), anonymous(&record)).await?;
    subject.holds(&key(1), Held::new(&record, 1, NOW)).await
}

async fn records_may_be_long<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let record = bytes(subject.kit.longest, 1);
    subject.create(&key(1), anonymous(&record)).await?;
    subject.holds(&key(1), Held::new(&record, 1, NOW)).await
}

async fn records_may_change_their_length<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"short")).await?;
    let lengths = [subject.kit.longest, 300, 5, 0, 5, 300, subject.kit.longest];
    for (revision, length) in (1..).zip(lengths) {
        let record = bytes(length, revision);
        subject.update(&key(1), revision, anonymous(&record)).await?;
        subject.holds(&key(1), Held::new(&record, revision + 1, NOW)).await?;
    }
    Ok(())
}

/// As many records as the store was said to take, changed and taken away in between.
async fn records_do_not_mix<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let numbers = || (0_u64..).take(subject.kit.records);
    let record =
        |number: u64, seed| bytes(64 + usize::from(number.to_le_bytes()[0]), number ^ seed);
    for number in numbers() {
        subject.create(&key(number), anonymous(&record(number, 0))).await?;
    }
    for number in numbers() {
        match number % 3 {
            0 => ensure!(subject.store.destroy(&key(number)).await?, "no record to destroy"),
            1 => subject.update(&key(number), 1, anonymous(&record(number, 1 << 32))).await?,
            _ => {}
        }
    }
    for number in numbers() {
        match number % 3 {
            0 => subject.misses(&key(number)).await?,
            1 => {
                let held = Held::new(&record(number, 1 << 32), 2, NOW);
                subject.holds(&key(number), held).await?;
            }
            _ => subject.holds(&key(number), Held::new(&record(number, 0), 1, NOW)).await?,
        }
    }
    Ok(())
}

async fn keys_that_differ_in_one_bit_are_different<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    let mut keys = std::vec![[0; 16], [0xff; 16]];
    for byte in 0..16 {
        let mut key = [0; 16];
        key[byte] = 0x80;
        keys.push(key);
    }
    for key in &keys {
        subject.create(&StoreKey::from_bytes(*key), anonymous(key)).await?;
    }
    for key in &keys {
        subject.holds(&StoreKey::from_bytes(*key), Held::new(key, 1, NOW)).await?;
    }
    Ok(())
}

async fn times_come_back_to_the_millisecond<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    let millis = [0, 1, 999, 1_700_000_000_123, Timestamp::MAX.as_millis() - 3_600_000];
    for (number, seen) in (0..).zip(millis.map(Timestamp::from_millis)) {
        let write = Write::new(b"record", seen, Timestamp::MAX);
        subject.create(&key(number), write).await?;
        subject.holds(&key(number), Held::new(b"record", 1, seen)).await?;
    }
    Ok(())
}
