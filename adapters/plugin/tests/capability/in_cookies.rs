//! What a plugin without a store does otherwise.

use pollster::block_on;
use sansession_plugin::{SessionError, SessionPlugin};

use crate::common::{Clock, carried, stored, with};

/// Without the feature there is one kind less.
fn kinds(clock: &Clock) -> Vec<Box<dyn SessionPlugin>> {
    vec![
        carried(clock),
        #[cfg(feature = "sealed")]
        crate::common::sealed(clock),
    ]
}

#[test]
fn each_change_makes_another_id() {
    for plugin in kinds(&Clock::new()) {
        let first = block_on(plugin.create(with("1"))).expect("created");
        let second = block_on(plugin.update(&first, "2")).expect("updated");
        assert!(first != second);
        let old = block_on(plugin.load(&first)).expect("loaded").expect("a copy is good");
        assert_eq!(old.data_json, "1");
    }
}

// promise: L11
#[test]
fn what_a_cookie_cannot_do_is_said() {
    for plugin in kinds(&Clock::new()) {
        let refused = block_on(plugin.destroy_all("ada"));
        assert!(matches!(refused, Err(SessionError::Unsupported(_))), "{refused:?}");
        assert_eq!(block_on(plugin.sweep(10)), Ok(0));
    }
}

// promise: T10
#[test]
fn an_id_fits_into_a_cookie() {
    for plugin in kinds(&Clock::new()) {
        let fits =
            |length: usize| block_on(plugin.create(with(&format!("\"{}\"", "x".repeat(length)))));
        let longest = (0..4096).rev().find_map(|length| fits(length).ok()).expect("one fits");
        let cookie = "__Host-session".len() + longest.as_str().len();
        assert!((4090..=4095).contains(&cookie), "{cookie}");
    }
}

// promise: T5
#[test]
fn an_id_of_one_kind_is_nothing_to_another() {
    let clock = Clock::new();
    let mut plugins = kinds(&clock);
    plugins.push(stored(&clock));
    for (place, plugin) in plugins.iter().enumerate() {
        let id = block_on(plugin.create(with("1"))).expect("created");
        for (other, stranger) in plugins.iter().enumerate() {
            let found = block_on(stranger.load(&id)).expect("loaded").is_some();
            assert_eq!(found, place == other, "{place} {other}");
        }
    }
}

// promise: I6
#[cfg(feature = "sealed")]
#[test]
fn a_sealed_id_does_not_show_the_data() {
    let clock = Clock::new();
    let text = "a text that would be seen in base64url, wherever it begins";
    let shows = |plugin: &dyn SessionPlugin| {
        let id = block_on(plugin.create(with(&format!("\"{text}\"")))).expect("created");
        let readable = |shift: usize| {
            // Four characters are three bytes; a text is looked for at each of the three places.
            let encoded = encode(&text.as_bytes()[shift..shift + 30]);
            id.as_str().contains(&encoded)
        };
        (0..3).any(readable)
    };
    assert!(shows(&*carried(&clock)));
    assert!(!shows(&*crate::common::sealed(&clock)));
}

#[cfg(feature = "sealed")]
fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks_exact(3) {
        let bits = u32::from_be_bytes([0, chunk[0], chunk[1], chunk[2]]);
        for shift in [18, 12, 6, 0] {
            let letter = usize::try_from((bits >> shift) & 63).expect("six bits");
            text.push(char::from(LETTERS[letter]));
        }
    }
    text
}
