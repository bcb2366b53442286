//! Records: what is read of any bytes that a store may hand out, and what is stored again.
//!
//! An input says who asks when, and what with; the rest of it is the record.

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use core::time::Duration;
use sansession::{
    Config, End, Ending, FlashMode, Key, KeyRing, RecordError, Revision, Sessions, Slot, Step,
    StoreKey, Stored, Summary, Timestamp, Verdict,
};
use sansession_store::OpenError;
use sansession_tests::{Dice, MapStore, NoDice, Row};

use crate::issue::{Exchange, issue};
use crate::raw::Raw;
use crate::record_v1::{Record, Unreadable};
use crate::shown::show;

/// The longest record that the slot takes.
const CAPACITY: usize = 512;
const GRACE: u64 = 60_000;
const FOREVER: Duration = Duration::from_secs(u64::MAX);

struct World {
    on_open: Sessions<Stored>,
    on_read: Sessions<Stored>,
    pair: String,
    key: StoreKey,
    /// The hash of the verifier in the cookie.
    verifier: [u8; 16],
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = Key::new(1, b"a key for fuzzing, thirty-two b.").expect("a strong key");
    let ring = KeyRing::new(key);
    let sessions = |mode| {
        let config = Config::new().insecure_http("sid").no_renew().flash(mode);
        Sessions::stored(config, &ring).expect("a sound configuration")
    };
    let on_open = sessions(FlashMode::OnOpen);
    // A token that is good for ever.
    let issued = issue(&on_open, Timestamp::ZERO, &mut Dice::new(0), |active| {
        active.set_lifetime(FOREVER, FOREVER).expect("long enough");
        active.insert("a", &1_u8).expect("room");
    });
    let (key, record) = issued.stored.as_ref().expect("a session");
    World {
        pair: issued.pair().to_owned(),
        key: *key,
        verifier: Record::read(record).expect("a record").current,
        on_open,
        on_read: sessions(FlashMode::OnRead),
    }
});

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    /// Whether the cookie's verifier is put in the place of the current or the previous one.
    is_current: bool,
    is_previous: bool,
    on_read: bool,
    reads_flash: bool,
    keeps_flash: bool,
    revision: u64,
    /// In milliseconds.
    now: u64,
    seen: u64,
    record: &'a [u8],
}

/// How the cookie's verifier stands to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Standing {
    Current,
    Previous,
}

/// A record is read as an independent reader of its format reads it, and is stored again to the same bytes.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Ok(case) = Case::arbitrary_take_rest(Unstructured::new(data)) else { return };
    show(&case);
    let mut bytes = case.record.to_vec();
    for (wanted, place) in [(case.is_current, 36..52), (case.is_previous, 52..68)] {
        if wanted && let Some(hash) = bytes.get_mut(place) {
            hash.copy_from_slice(&WORLD.verifier);
        }
    }
    let (now, seen) = (Timestamp::from_millis(case.now), Timestamp::from_millis(case.seen));
    // The token is good at any time but the last.
    if now == Timestamp::MAX {
        return;
    }
    let read = Record::read(&bytes);
    summarise(&bytes, Record::told(&bytes).as_ref(), seen);
    let store = MapStore::new();
    let revision = Revision::new(case.revision);
    store.put(
        WORLD.key,
        Row { record: bytes.clone(), revision, seen, expires: Timestamp::MAX, principal: None },
    );
    let sessions = if case.on_read { &WORLD.on_read } else { &WORLD.on_open };
    let slot: Box<Slot> = Box::new(Slot::<[u8; 2 * CAPACITY]>::new());
    let begin = sessions.begin([WORLD.pair.as_bytes()], now, slot);
    let opened = pollster::block_on(sansession_store::open(sessions, &store, begin));
    match (read, opened) {
        (_, Err(OpenError::Record(RecordError::TooLong { needed, capacity }))) => {
            assert!(needed == bytes.len() && needed > capacity && capacity == CAPACITY);
        }
        (Err(Unreadable::Newer(newer)), Err(OpenError::Record(error))) => {
            assert_eq!(error, RecordError::NewerVersion { version: newer });
        }
        (Err(Unreadable::Sealed), Err(OpenError::Record(error))) => {
            assert_eq!(error, RecordError::Sealed);
        }
        (Err(Unreadable::Corrupt), Ok(active)) => assert_eq!(active.verdict(), Verdict::Corrupt),
        (Ok(record), Ok(active)) => match judge(&record, seen, now) {
            Err(verdict) => assert_eq!(active.verdict(), verdict),
            Ok(standing) => {
                assert_eq!(active.verdict(), Verdict::Resumed);
                store_again(&case, sessions, active, record, standing);
            }
        },
        (read, Ok(active)) => panic!("{read:?}, but {}", active.verdict()),
        (read, Err(error)) => panic!("{read:?}, but {error:?}"),
    }
}

fn summarise(bytes: &[u8], record: Option<&Record>, seen: Timestamp) {
    let expected = record.map(|record| Summary {
        principal: record.principal.as_deref(),
        created: Timestamp::from_millis(record.created),
        expires: Timestamp::from_millis(record.deadline.min(seen.as_millis() + record.idle)),
    });
    assert_eq!(Summary::read(bytes, seen), expected);
}

fn judge(record: &Record, seen: Timestamp, now: Timestamp) -> Result<Standing, Verdict> {
    let (now, seen) = (now.as_millis(), seen.as_millis().min(now.as_millis()));
    let standing = match record.previous {
        _ if record.current == WORLD.verifier => Standing::Current,
        Some((hash, None)) if hash == WORLD.verifier => Standing::Previous,
        Some((hash, Some(ends))) if hash == WORLD.verifier && now < ends => Standing::Previous,
        Some((hash, Some(_))) if hash == WORLD.verifier => return Err(Verdict::Obsolete),
        _ => return Err(Verdict::Unknown),
    };
    // Times end with 48 bits.
    let idle_deadline = (seen + record.idle).min(Timestamp::MAX.as_millis());
    match () {
        () if now >= record.deadline => Err(Verdict::ExpiredAbsolute),
        () if now >= idle_deadline => Err(Verdict::ExpiredIdle),
        () => Ok(standing),
    }
}

/// The handler sees what the record says; a change that is taken back leaves the record as it was.
fn store_again(
    case: &Case<'_>,
    sessions: &Sessions<Stored>,
    mut active: Exchange,
    mut record: Record,
    standing: Standing,
) {
    let now = Timestamp::from_millis(case.now);
    assert_eq!(active.principal(), record.principal.as_deref());
    assert!(active.keys().eq(record.data.keys()));
    assert!(active.flash_keys().eq(record.flash.keys()));
    for (key, value) in &record.data {
        assert_eq!(active.get::<Raw>(key), Ok(Some(Raw(value.clone()))));
    }
    if case.reads_flash {
        for (key, (_, message)) in &record.flash {
            assert_eq!(active.flashed::<Raw>(key), Ok(Some(Raw(message.clone()))));
        }
    }
    if case.keeps_flash {
        assert_eq!(active.reflash(), Ok(()));
    } else if case.reads_flash || !case.on_read {
        record.flash.clear();
    }
    match record.data.last_key_value() {
        Some((key, value)) => {
            assert!(active.remove(key));
            assert_eq!(active.insert(key, &Raw(value.clone())), Ok(()));
        }
        // A record without data may be full.
        None if active.insert("a", &1_u8).is_err() => return,
        None => assert!(active.remove("a")),
    }
    if standing == Standing::Current
        && let Some((_, ends @ None)) = &mut record.previous
    {
        *ends = Some((case.now + GRACE).min(Timestamp::MAX.as_millis()));
    }

    // Without dice no new id is due.
    let end = sessions.finish(active, Ending::Answered, now, &mut NoDice::after(0));
    let Ok(End::Step(mut closing)) = end else { panic!("nothing to store: {end:?}") };
    let Step::Update { key, expected, write } = closing.step() else {
        panic!("{:?}", closing.step())
    };
    assert_eq!((*key, expected), (WORLD.key, Revision::new(case.revision)));
    assert_eq!(Record::read(write.record).as_ref(), Ok(&record));
    assert_eq!(write.record, record.write());
    assert_eq!((write.seen, write.principal), (now, record.principal.as_deref()));
    assert_eq!(write.expires.as_millis(), record.deadline.min(now.as_millis() + record.idle));
}
