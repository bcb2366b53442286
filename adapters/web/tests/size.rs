//! What a request costs in RAM: `cargo test -p sansession-web --test size -- --nocapture` prints it.

use sansession::Ending;
use sansession_web::{Exchange, Session, Settled, Slots};
use sansession_web_support::RamBoard;

// promise: D4
#[test]
fn a_request_costs_little() {
    static SLOTS: Slots<1, 512> = Slots::new();
    let exchange = Exchange::new(RamBoard::new(), &SLOTS);
    let slot = size_of_val(&SLOTS);
    let opening = size_of_val(&exchange.open([], "/"));
    let closing = size_of_val(&exchange.close(Ending::Answered, "/"));
    println!("a slot of 512 bytes: {slot}");
    println!("an exchange: {}, a session: {}", size_of_val(&exchange), size_of::<Session>());
    println!("opening it: {opening}, closing it: {closing}");
    println!("what goes with the answer: {}", size_of::<Settled<RamBoard>>());
    // On a processor of 64 bits; pointers are half as long on a device.
    assert!(slot <= 1200 && size_of_val(&exchange) <= 128 && size_of::<Session>() <= 32);
    assert!(opening <= 320 && closing <= 640 && size_of::<Settled<RamBoard>>() <= 192);
}
