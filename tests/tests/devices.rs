//! The core as a device runs it: the same inputs give the same bytes, in memory that the caller owns.

use sansession::{Begin, Ending, Slot, Timestamp};
use sansession_tests::{Browser, CONFIG, Dice, MapStore, Server, drive, load, minutes, sessions};

/// A whole life on one server; every byte that came out of it.
fn life(seed: u64) -> Vec<u8> {
    let server = Server::new(CONFIG.renew(minutes(60), minutes(1)));
    *server.dice.borrow_mut() = Dice::new(seed);
    let mut browser = Browser::new();
    let mut bytes = Vec::new();
    for round in 0..6_u8 {
        let answer = server.request(&mut browser, |active| {
            active.insert("round", &round).expect("room");
            active.flash("note", "message").expect("room");
            if round == 3 {
                active.login("alice").expect("room");
            }
            server.csrf(active).to_string()
        });
        bytes.extend(answer.value.into_bytes());
        bytes.extend(answer.set_cookie.unwrap_or_default().into_bytes());
        for (key, row) in server.store.rows() {
            bytes.extend(key.as_bytes());
            bytes.extend(row.record);
        }
        server.pass(minutes(50));
    }
    bytes
}

// promise: D1
#[test]
fn the_same_inputs_give_the_same_bytes() {
    assert_eq!(life(1), life(1));
    assert_ne!(life(1), life(2));
}

// promise: D1
#[test]
fn a_used_slot_gives_the_same_bytes_as_a_new_one() {
    let sessions = sessions(CONFIG);
    let now = Timestamp::from_secs(1_000_000);
    let run = |slot: &mut Slot, seed: u64| {
        let store = MapStore::new();
        let mut active = load(&sessions, &store, sessions.begin([], now, slot));
        active.insert("seed", &seed).expect("room");
        let Ok(end) = sessions.finish(active, Ending::Answered, now, &mut Dice::new(seed));
        let reply = drive(&store, &sessions, end);
        (reply.set_cookie(&sessions).map(|cookie| cookie.to_string()), store.rows())
    };
    let mut used = Slot::<[u8; 1024]>::new();
    run(used.erase(), 1);
    assert_eq!(run(used.erase(), 2), run(Slot::<[u8; 1024]>::new().erase(), 2));
}

// promise: D1
#[test]
fn the_bytes_of_a_slot_have_no_say_in_what_is_stored() {
    // A record read into a slot of another size, or one full of an earlier record, is merged to the same bytes.
    let run = |server: Server| {
        let mut browser = Browser::new();
        server.request(&mut browser, |active| active.insert("a", &1)).value.expect("room");
        server.request(&mut browser, |active| active.insert("b", &2)).value.expect("room");
        server.store.rows()
    };
    assert_eq!(run(Server::new(CONFIG)), run(Server::new(CONFIG).with_slot::<512>()));
}

// promise: D1
#[test]
fn two_kinds_of_sessions_share_nothing() {
    let one = Server::new(CONFIG.cookie_name("__Host-one"));
    let two = Server::new(CONFIG.cookie_name("__Host-two"));
    let mut browser = Browser::new();
    one.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    two.request(&mut browser, |active| active.insert("key", &2)).value.expect("room");
    assert_eq!(one.peek(&browser, |active| active.get("key")), Ok(Some(1)));
    assert_eq!(two.peek(&browser, |active| active.get("key")), Ok(Some(2)));
}

// promise: D1 I6
#[test]
fn a_wiped_slot_holds_no_bytes_of_the_record() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    for wiped in [false, true] {
        let mut exchange = server.open(&mut browser);
        exchange.insert("key", "hunter2").expect("room");
        let Ok(end) = server.sessions.finish(
            exchange,
            Ending::Answered,
            server.now(),
            &mut *server.dice.borrow_mut(),
        );
        let reply = drive(&server.store, &server.sessions, end);
        if let Some(cookie) = reply.set_cookie(&server.sessions) {
            browser.receive(&cookie.to_string(), server.now());
        }
        let mut slot = reply.into_slot();
        if wiped {
            slot.wipe();
        }
        // What a store is given to read a record into is what the slot had there.
        let header = browser.header(server.now()).expect("a cookie");
        let begin = server.sessions.begin([header.as_bytes()], server.now(), slot);
        let Begin::Load(mut loading) = begin else { panic!("a session") };
        let (_, buffer, _) = loading.request();
        assert_eq!(buffer.iter().all(|byte| *byte == 0), wiped);
    }
}
