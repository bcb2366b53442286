//! A million sessions that have expired, taken away in portions.

mod common;

use common::{END, KEY, NOW, Scratch, anonymous, bound, load, open};
use rusqlite::Connection;
use sansession::{StoreKey, Timestamp};
use sansession_store::SendStore as _;

const MANY: usize = 1_000_000;
const PORTION: usize = 20_000;

/// Puts many sessions in that end before `END`; a third of them is bound.
fn fill(scratch: &Scratch) {
    let database = Connection::open(scratch.file("sessions.db")).expect("it opens");
    let fill = "
        INSERT INTO session
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
        SELECT unhex(printf('%032x', n)), 1, ?2, ?2 + n % 3600000,
            CASE n % 3 WHEN 0 THEN 'user ' || n % 1000 END, unhex('00112233445566778899')
        FROM number";
    let values = [MANY as u64, NOW.as_millis()].map(u64::cast_signed);
    assert_eq!(database.execute(fill, values).expect("it fills"), MANY);
}

// promise: L13
#[tokio::test]
async fn a_million_expired_sessions_go_in_portions() {
    let scratch = Scratch::new();
    let store = open(&scratch);
    fill(&scratch);
    store.create(&KEY, bound(b"lives")).await.expect("it creates");
    let soon = Timestamp::from_millis(END.as_millis() - 1);

    let (mut taken, mut portions) = (0, 0);
    while taken < MANY {
        let portion = store.sweep(soon, PORTION).await.expect("it sweeps");
        assert_eq!(portion, PORTION, "after {taken}");
        taken += portion;
        portions += 1;
        // Others can write between two portions.
        assert!(store.touch(&KEY, NOW, END).await.expect("it touches"));
    }

    assert_eq!((taken, portions), (MANY, MANY / PORTION));
    assert_eq!(store.sweep(soon, PORTION).await.expect("it sweeps"), 0);
    assert!(load(&store, &KEY).await.is_some(), "it lives");
    let mut listed = [StoreKey::default(); 2];
    assert_eq!(store.list("ada", None, &mut listed).await.expect("it lists"), 1);
    assert_eq!(store.list("user 0", None, &mut listed).await.expect("it lists"), 0);
    store.create(&StoreKey::from_bytes([1; 16]), anonymous(b"new")).await.expect("it creates");
}
