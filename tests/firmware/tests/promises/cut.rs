//! A power cut in the middle of flash operations.

use std::time::Duration;

use sansession_firmware_tests::{Board, Flash, wanted};
use serde_json::json;

// promise: S2, D2
#[test]
fn a_cut_in_the_first_start_leaves_a_device_that_starts() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    // The key and its sector.
    assert_eq!(Board::try_start(&flash, "cut=3").err(), Some(99));
    let board = Board::start(&flash, "");
    board.client().put("/api/session/data/a", "1").expect(204);
}

// promise: S2, D2
#[test]
fn a_cut_in_a_write_leaves_what_was_acknowledged() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    // Only users' sessions are in flash.
    client.post("/api/session/login", "ada").expect(204);
    client.put("/api/session/data/a", "old").expect(204);
    let cookie = client.cookie().expect("a session");
    board.kill();

    // The clock's time is five words or six; the update is some twenty more.
    let board = Board::start(&flash, "cut=15");
    let (url, header) = (board.url("/api/session/data/a"), format!("Cookie: {cookie}"));
    // Nobody answers: so not with a client that expects it.
    let _ = std::process::Command::new("curl")
        .args(["-q", "-s", "--noproxy", "*", "--max-time", "20", "-X", "PUT", "-d", "new"])
        .args(["-H", &header, &url])
        .output();
    assert_eq!(board.exit_code(Duration::from_secs(30)), Some(99));

    let board = Board::start(&flash, "");
    let session = board.replay(&cookie).session();
    assert_eq!(session["data"], json!({ "a": "old" }), "a write that was cut was not done");
}
