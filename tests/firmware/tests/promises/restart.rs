//! What outlives the power.

use sansession_firmware_tests::{Board, Flash, wanted};
use serde_json::json;

// promise: S2, D2
#[test]
fn sessions_are_there_after_the_power_was_cut_and_ended_ones_are_not() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let (stays, goes) = (board.client(), board.client());
    stays.post("/api/session/login", "ada").expect(204);
    stays.put("/api/session/data/a", "1").expect(204);
    stays.post("/api/session/flash/notice", "later").expect(204);
    goes.post("/api/session/login", "ada").expect(204);
    let (stay, went) = (stays.cookie().expect("a session"), goes.cookie().expect("a session"));
    goes.post("/api/session/invalidate", "").expect(204);
    board.kill();

    let board = Board::start(&flash, "");

    assert_eq!(board.replay(&went).verdict(), "unknown");
    let session = board.replay(&stay).session();
    assert_eq!((&session["verdict"], &session["principal"]), (&json!("resumed"), &json!("ada")));
    assert_eq!(session["data"], json!({ "a": "1" }));
    assert_eq!(session["flash"], json!({ "notice": "later" }));
}

// promise: L8
#[test]
fn the_clock_goes_on_where_it_was_after_a_restart() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let created = |board: &Board| {
        let client = board.client();
        client.put("/api/session/data/a", "1").expect(204);
        client.session()["created_at"].as_u64().expect("a time")
    };
    let mut last = 0;
    for _ in 0..3 {
        let board = Board::start(&flash, "");
        let time = created(&board);
        assert!(time >= last, "{time} comes before {last}");
        // Saved is how far the clock may have run.
        last = time + 1;
        board.kill();
    }
}
