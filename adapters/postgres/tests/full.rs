//! A disk without room: told as such, and nothing is lost.
#![cfg(target_os = "linux")]

mod common;

use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::process::Command;

use common::{Postgres, anonymous, client, load, new_table};
use sansession::StoreKey;
use sansession_postgres::{NoTls, Options};
use sansession_store::{Created, SendStore as _, Updated};
use sansession_test_servers::Scratch;

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

fn key(number: u16) -> StoreKey {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    StoreKey::from_bytes(bytes)
}

// promise: L12
#[tokio::test]
async fn a_full_disk_is_a_full_store() {
    let scratch = Scratch::new();
    let Some(_disk) = Disk::mount(scratch.path()) else {
        println!("left out: only root can make a small disk");
        return;
    };
    let Some(server) = Postgres::start() else { return };
    let place = scratch.file("place");
    std::fs::create_dir(&place).expect("there is room");
    // Whoever the server runs as.
    let owner = std::fs::metadata(server.data()).expect("it is there").uid();
    chown(&place, Some(owner), None).expect("root can");
    let tablespace = format!("CREATE TABLESPACE small LOCATION '{}'", place.display());
    client(&server).await.batch_execute(&tablespace).await.expect("it is made");
    let url = format!("{}?options=-c%20default_tablespace%3Dsmall", server.url());
    let store = Options::new().table(new_table()).connect(&url, NoTls).await.expect("it connects");

    // Of bytes that cannot be packed.
    let words =
        (0..750_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).rotate_left(n).to_le_bytes());
    let record: Vec<u8> = words.collect();
    let mut made = 0;
    let last = loop {
        match store.create(&key(made), anonymous(&record)).await.expect("it answers") {
            Created::Stored => made += 1,
            full => break full,
        }
        assert!(made < 10_000, "it is never full");
    };
    assert_eq!(last, Created::Full);
    assert!(made > 10, "there was room for {made}");
    assert_eq!(load(&store, &key(made)).await, None);
    let (_, revision) = load(&store, &key(0)).await.expect("it is there");
    let longer = store.update(&key(0), revision, anonymous(&record.repeat(20))).await;
    assert_eq!(longer.expect("it answers"), Updated::Full);
    for number in 0..made {
        let found = load(&store, &key(number)).await.map(|(record, _)| record);
        assert_eq!(found.as_ref(), Some(&record), "{number}");
    }
    // A row is only marked; its room is free after a vacuum.
    for number in 0..made {
        assert!(store.destroy(&key(number)).await.expect("a log-out needs no room"));
    }
}
