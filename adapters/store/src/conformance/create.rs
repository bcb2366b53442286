//! Create and load: what goes in comes out, and nothing is overwritten.

use core::time::Duration;

use sansession::Freshness;

use super::Run;
use super::fixture::{HOUR, Held, NOW, Subject, anonymous, key, written};
use super::report::Finding;
use crate::contract::{Created, Loaded, Store};

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run:
        create_stores_what_it_is_given,
        create_never_overwrites,
        create_never_overwrites_an_expired_record,
        load_misses_what_was_never_created,
        load_tells_how_long_a_record_is_that_does_not_fit,
        load_fills_a_buffer_that_just_fits,
    );
}

async fn create_stores_what_it_is_given<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.holds(&key(1), Held::new(b"one", 1, NOW)).await
}

async fn create_never_overwrites<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let later = NOW.after(Duration::from_secs(1));
    let created = subject.store.create(&key(1), written(b"two", later)).await?;
    ensure_eq!(created, Created::Conflict, "create under a key that is taken");
    subject.holds(&key(1), Held::new(b"one", 1, NOW)).await
}

async fn create_never_overwrites_an_expired_record<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(b"one")).await?;
    let later = NOW.after(2 * HOUR);
    let created = subject.store.create(&key(1), written(b"two", later)).await?;
    ensure_eq!(created, Created::Conflict, "create under the key of an expired record");
    subject.holds(&key(1), Held::new(b"one", 1, NOW)).await
}

async fn load_misses_what_was_never_created<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.misses(&key(1)).await?;
    subject.create(&key(1), anonymous(b"one")).await?;
    subject.misses(&key(2)).await
}

async fn load_tells_how_long_a_record_is_that_does_not_fit<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    let record = [7; 100];
    subject.create(&key(1), anonymous(&record)).await?;
    for space in [0, 1, 99] {
        let mut buffer = [0xaa; 100];
        let found = subject.store.load(&key(1), &mut buffer[..space], Freshness::Latest).await?;
        let Loaded::Found { len, .. } = found else {
            return Err(Finding(std::format!("load into {space} bytes misses the record")));
        };
        ensure_eq!(len, 100, "the length told with a buffer of {space} bytes");
        ensure!(
            buffer == [0xaa; 100],
            "load wrote into a buffer of {space} bytes, too few for 100"
        );
    }
    Ok(())
}

async fn load_fills_a_buffer_that_just_fits<S: Store>(subject: Subject<S>) -> Result<(), Finding> {
    subject.create(&key(1), anonymous(&[7; 100])).await?;
    let mut buffer = [0xaa; 101];
    subject.store.load(&key(1), &mut buffer[..100], Freshness::Latest).await?;
    ensure!(buffer[..100] == [7; 100], "load into 100 bytes did not read a record of 100");
    ensure_eq!(buffer[100], 0xaa, "the byte after the buffer");
    Ok(())
}
