use super::*;

/// promise: L11
#[test]
fn a_store_key_has_one_text() {
    let key = StoreKey([
        0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32,
        0x10,
    ]);
    let text = "0123456789abcdeffedcba9876543210";
    assert_eq!(text.parse(), Ok(key));
    for wrong in [
        "",
        "0",
        "0123456789abcdeffedcba987654321",
        "0123456789abcdeffedcba98765432100",
        "0123456789abcdeffedcba9876543210ff",
        "0123456789ABCDEFFEDCBA9876543210",
        "0123456789abcdeffedcba987654321g",
        "0123456789abcdeffedcba987654321`",
        "0123456789abcdeffedcba987654321/",
        "0123456789abcdeffedcba987654321:",
        " 123456789abcdeffedcba9876543210",
        "0123456789abcdef\u{e9}dcba9876543210",
    ] {
        assert_eq!(wrong.parse::<StoreKey>(), Err(StoreKeyError), "{wrong:?}");
    }
    let mut printed = heapless::String::<160>::new();
    fmt::Write::write_fmt(&mut printed, format_args!("{key} {key:?} {StoreKeyError}")).unwrap();
    let said = "0123456789abcdeffedcba9876543210 StoreKey(0123456789abcdeffedcba9876543210) a store key is 32";
    assert_eq!(printed.get(..said.len()), Some(said));
}

/// promise: I2
#[test]
fn an_id_is_another_if_either_half_is() {
    let id = |selector, verifier| Id { selector: [selector; 16], verifier: [verifier; 16] };
    assert!(id(1, 2).is(&id(1, 2)));
    assert!(!id(1, 2).is(&id(1, 3)));
    assert!(!id(1, 2).is(&id(3, 2)));
}
