//! Files that are not ours, and files that something else has damaged.

mod common;

use std::fs;

use common::{END, NOW, Scratch, anonymous, bound};
use sansession::{
    Begin, Config, Ending, Freshness, Key, KeyRing, Revision, Sessions, Slot, StoreKey, Timestamp,
    Verdict,
};
use sansession_file::FileStore;
use sansession_store::{
    Created, ErrorKind, Loaded, NoPause, SendStore as _, StoreError as _, Updated, close, open,
};

const KEY: StoreKey = StoreKey::from_bytes([0x5f; 16]);
const OTHER: StoreKey = StoreKey::from_bytes([0x60; 16]);

async fn load(store: &FileStore, key: &StoreKey) -> Option<Vec<u8>> {
    let mut buffer = [0; 64];
    match store.load(key, &mut buffer, Freshness::Latest).await.expect("it loads") {
        Loaded::Found { len, .. } => Some(buffer[..len].to_vec()),
        Loaded::Missing => None,
    }
}

/// Sweeps until records and index have been walked over.
async fn sweep(store: &FileStore, now: Timestamp) -> usize {
    let mut taken = 0;
    for _ in 0..4 {
        taken += store.sweep(now, 100).await.expect("it sweeps");
    }
    taken
}

fn names(scratch: &Scratch, directory: &str) -> Vec<String> {
    let mut names = Vec::new();
    for outer in fs::read_dir(scratch.path().join(directory)).expect("it is there") {
        let Ok(inner) = fs::read_dir(outer.expect("readable").path()) else { continue };
        names.extend(
            inner.map(|file| file.expect("readable").file_name().to_string_lossy().into_owned()),
        );
    }
    names.sort();
    names
}

// promise: L14 S2
#[tokio::test]
async fn a_damaged_file_is_an_empty_record_and_nobody_else_is_harmed() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    store.create(&OTHER, bound(b"other")).await.expect("it creates");
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    let file = scratch.file(&KEY);
    let good = fs::read(&file).expect("it is there");

    let mut damaged: Vec<Vec<u8>> = (0..good.len()).map(|len| good[..len].to_vec()).collect();
    damaged.extend((0..good.len()).map(|place| {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        bytes
    }));
    damaged.push([&good[..], b"x"].concat());
    damaged.push(fs::read(scratch.file(&OTHER)).expect("it is there"));
    damaged.push(b"#!/bin/sh\n".to_vec());
    damaged.push(vec![0xff; 1 << 20]);
    for bytes in damaged {
        // The seventh byte is the format, and 0 is one of none.
        fs::write(&file, &bytes).expect("written");
        assert_eq!(load(&store, &KEY).await.as_deref(), Some(&b""[..]), "{}", bytes.len());
        let created = store.create(&KEY, anonymous(b"new")).await.expect("it answers");
        assert_eq!(created, Created::Conflict);
        let updated = store.update(&KEY, Revision::FIRST, anonymous(b"new")).await;
        assert_eq!(updated.expect("it answers"), Updated::Missing);
        assert!(!store.touch(&KEY, END, END).await.expect("it answers"));
        assert_eq!(fs::read(&file).expect("it is there"), bytes, "left as it was");
    }

    assert_eq!(sweep(&store, NOW).await, 0, "it is no expired session");
    assert_eq!(load(&store, &KEY).await, None, "the sweep took it all the same");
    assert_eq!(load(&store, &OTHER).await.as_deref(), Some(&b"other"[..]));
    assert_eq!(names(&scratch, "principals"), [OTHER.to_string()]);
}

// promise: L14
#[tokio::test]
async fn the_visitor_of_a_damaged_session_gets_a_new_one() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    let ring = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a good key"));
    let sessions = Sessions::stored(Config::new(), &ring).expect("a good configuration");
    let mut slot = Slot::<[u8; 1024]>::new();
    let request = async |cookie: Option<&str>, slot: &mut Slot<[u8; 1024]>| {
        let headers = cookie.map(str::as_bytes);
        let begin: Begin<_> = sessions.begin(headers, NOW, slot.erase());
        let mut active = open(&sessions, &store, begin).await.expect("it opens");
        let verdict = active.verdict();
        active.insert_str("colour", "blue").expect("room");
        let end = sessions.finish(active, Ending::Answered, NOW, &mut getrandom::SysRng);
        let finished = close(&sessions, &store, &NoPause, end.expect("random bytes")).await;
        let set = finished.reply.set_cookie(&sessions).map(|set| set.to_string());
        (verdict, set.and_then(|set| set.split(';').next().map(str::to_owned)))
    };
    let (_, cookie) = request(None, &mut slot).await;
    let [file] = &names(&scratch, "records")[..] else { panic!("one session") };
    let file = scratch.file(&file.parse().expect("a store key"));
    fs::write(&file, b"junk").expect("written");

    let (verdict, new) = request(cookie.as_deref(), &mut slot).await;

    assert_eq!(verdict, Verdict::Corrupt);
    assert!(new.is_some() && new != cookie, "a session with another id");
    assert_eq!(fs::read(&file).expect("it is there"), b"junk", "left for the sweep");
    let (verdict, _) = request(new.as_deref(), &mut slot).await;
    assert_eq!(verdict, Verdict::Resumed);
}

// promise: L14
#[tokio::test]
async fn a_file_of_a_newer_release_is_an_error_and_left_alone() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    let newer = b"sansess\x02 in another way";
    fs::write(scratch.file(&KEY), newer).expect("written");

    let error = store.load(&KEY, &mut [], Freshness::Latest).await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert!(store.create(&KEY, anonymous(b"new")).await.is_err());
    assert!(store.update(&KEY, Revision::FIRST, anonymous(b"new")).await.is_err());
    assert!(store.touch(&KEY, END, END).await.is_err());
    assert!(store.sweep(END, 1000).await.is_err());
    assert_eq!(fs::read(scratch.file(&KEY)).expect("it is there"), newer);

    assert!(store.destroy(&KEY).await.expect("a log-out is a log-out"));
}

#[tokio::test]
async fn a_directory_in_place_of_a_file_is_an_error_and_left_alone() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    store.create(&OTHER, anonymous(b"other")).await.expect("it creates");
    fs::create_dir(scratch.file(&KEY)).expect("made");

    let error = store.load(&KEY, &mut [], Freshness::Latest).await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(store.create(&KEY, anonymous(b"new")).await.is_err());
    assert!(store.destroy(&KEY).await.is_err());
    assert_eq!(sweep(&store, NOW).await, 0);
    assert!(scratch.file(&KEY).is_dir());
    assert_eq!(load(&store, &OTHER).await.as_deref(), Some(&b"other"[..]));
}

// promise: L13
#[tokio::test]
async fn a_sweep_takes_what_crashes_left_and_nothing_of_others() {
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    // A crash before the rename, and one between an index entry and its record.
    let unfinished = scratch.file(&OTHER).with_extension("new");
    fs::write(&unfinished, b"sansess").expect("written");
    let (principal, stranger) = (scratch.path().join("principals"), "0".repeat(64));
    let index = fs::read_dir(&principal).expect("it is there").next().expect("ada's");
    fs::write(index.expect("readable").path().join(OTHER.to_string()), b"").expect("written");
    fs::create_dir(principal.join(&stranger)).expect("made");
    fs::write(principal.join(&stranger).join(KEY.to_string()), b"").expect("written");
    // Somebody's notes.
    let notes = ["records/notes", "records/5f/notes", "records/5f/notes.new", "principals/notes"];
    for file in notes {
        fs::write(scratch.path().join(file), b"mine").expect("written");
    }

    let mut keys = [StoreKey::default(); 4];
    let listed = store.list("ada", None, &mut keys).await.expect("it lists");
    assert_eq!(keys[..listed], [KEY, OTHER], "too much, and never too little");
    assert_eq!(sweep(&store, NOW).await, 0);

    assert!(!unfinished.exists());
    assert!(!principal.join(stranger).exists());
    assert_eq!(names(&scratch, "principals"), [KEY.to_string()]);
    assert_eq!(load(&store, &KEY).await.as_deref(), Some(&b"record"[..]));
    for file in notes {
        assert_eq!(fs::read(scratch.path().join(file)).expect("it is there"), b"mine");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_their_owner_can_read_sessions() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let store = FileStore::open(scratch.path()).expect("it opens");
    store.create(&KEY, bound(b"record")).await.expect("it creates");
    let mut paths = vec![scratch.path().to_owned()];
    let mut files = 0;
    while let Some(path) = paths.pop() {
        let metadata = fs::metadata(&path).expect("it is there");
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            let inside = fs::read_dir(path).expect("readable");
            paths.extend(inside.map(|entry| entry.expect("readable").path()));
        } else {
            files += 1;
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }
    assert!(files >= 3, "a record, an entry, a lock");
}

#[test]
fn what_is_no_directory_is_refused() {
    let scratch = Scratch::new();
    fs::write(scratch.path(), b"a file").expect("written");
    let error = FileStore::open(scratch.path().join("below")).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Misconfigured, "{error:?}");
    assert!(FileStore::open(scratch.path()).is_err());
    fs::remove_file(scratch.path()).expect("as it was");
}
