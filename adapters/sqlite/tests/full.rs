//! No room: told as such, nothing is lost, and room that is made is used.

mod common;

use common::{KEY, Scratch, anonymous, load};
use sansession::StoreKey;
use sansession_sqlite::{Options, SqliteStore};
use sansession_store::{Created, SendStore as _, Updated};

const RECORD: [u8; 3000] = [7; 3000];

fn key(number: u16) -> StoreKey {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    StoreKey::from_bytes(bytes)
}

/// Makes records until there is no room, checks that nothing was lost, and says how many there are.
async fn fill(store: &SqliteStore) -> u16 {
    let mut made = 0;
    let last = loop {
        match store.create(&key(made), anonymous(&RECORD)).await.expect("it answers") {
            Created::Stored => made += 1,
            full => break full,
        }
        assert!(made < 10_000, "it is never full");
    };
    assert_eq!(last, Created::Full);
    assert!(made > 10, "there was room for {made}");

    for number in 0..made {
        let (record, revision) = load(store, &key(number)).await.expect("it is there");
        assert_eq!((&record[..], revision.get()), (&RECORD[..], 1));
    }
    assert_eq!(load(store, &key(made)).await, None);
    let (_, revision) = load(store, &key(0)).await.expect("it is there");
    let longer = store.update(&key(0), revision, anonymous(&vec![8; 60_000])).await;
    assert_eq!(longer.expect("it answers"), Updated::Full);
    assert_eq!(load(store, &key(0)).await, Some((RECORD.to_vec(), revision)));
    made
}

/// Makes room, and uses it.
async fn goes_on(store: &SqliteStore, made: u16) {
    for number in 0..10 {
        assert!(store.destroy(&key(number)).await.expect("it destroys"));
    }
    let created = store.create(&KEY, anonymous(&RECORD)).await.expect("it creates");
    assert_eq!(created, Created::Stored, "there is room again");
    for number in 10..made {
        assert!(load(store, &key(number)).await.is_some(), "{number} is lost");
    }
}

// promise: L12
#[tokio::test]
async fn a_store_that_may_not_grow_is_full_and_ends_sessions_all_the_same() {
    let scratch = Scratch::new();
    let options = Options::new().max_bytes(256 * 1024);
    let store = options.open(scratch.file("sessions.db")).expect("it opens");
    let made = fill(&store).await;
    goes_on(&store, made).await;
    drop(store);
    let len = std::fs::metadata(scratch.file("sessions.db")).expect("it is there").len();
    assert!(len <= 256 * 1024, "{len} bytes");
}

#[cfg(target_os = "linux")]
mod disk {
    use std::path::Path;
    use std::process::Command;

    use sansession_store::{ErrorKind, SendStore as _, StoreError as _};

    use super::{Scratch, SqliteStore, fill, goes_on, key, load};

    /// A small disk of its own, as long as it lasts.
    struct Disk<'a>(&'a Path);

    impl<'a> Disk<'a> {
        /// Only root can.
        fn mount(path: &'a Path) -> Option<Self> {
            let mut mount = Command::new("mount");
            mount.args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(path);
            mount.status().is_ok_and(|status| status.success()).then_some(Self(path))
        }
    }

    impl Drop for Disk<'_> {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.0).status();
        }
    }

    // promise: L12
    #[tokio::test]
    async fn a_full_disk_is_a_full_store() {
        let scratch = Scratch::new();
        let Some(_disk) = Disk::mount(scratch.path()) else {
            println!("left out: only root can make a small disk");
            return;
        };
        let other = scratch.file("somebody's files");
        std::fs::write(&other, vec![1; 1 << 20]).expect("written");
        let store = SqliteStore::open(scratch.file("sessions.db")).expect("it opens");
        let made = fill(&store).await;

        // The log has no room either: a log-out that is not durable is an error.
        let mut left = made;
        let error = loop {
            match store.destroy(&key(left - 1)).await {
                Ok(destroyed) => assert!(destroyed, "it was there"),
                Err(error) => break error,
            }
            left -= 1;
        };
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(load(&store, &key(left - 1)).await.is_some(), "it was not done");

        std::fs::remove_file(other).expect("it is there");
        goes_on(&store, left).await;
    }
}
