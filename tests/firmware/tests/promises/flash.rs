//! What reaches the flash, and what can be read there.

use std::fs;
use std::ops::Range;
use std::thread;
use std::time::Duration;

use sansession_firmware_tests::{Board, Flash, wanted};

/// Where the sessions are.
const RING: Range<usize> = 0..64 * 1024;

/// What is in flash once the emulator, which goes on while its file is written, has written all of it.
fn contents(flash: &Flash) -> Vec<u8> {
    let read = || fs::read(flash.file()).expect("the flash is a file");
    let mut before = read();
    loop {
        thread::sleep(Duration::from_millis(300));
        let now = read();
        if now == before {
            return now;
        }
        before = now;
    }
}

fn holds(contents: &[u8], text: &str) -> bool {
    contents.windows(text.len()).any(|window| window == text.as_bytes())
}

// promise: D3
#[test]
fn a_flash_that_is_read_out_tells_nothing_that_a_session_says() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    client.post("/api/session/login", "ada").expect(204);
    let blank = contents(&flash);
    client.put("/api/session/data/diary", "water the plants").expect(204);
    client.post("/api/session/flash/notice", "the door is open").expect(204);
    assert_eq!(client.session()["data"]["diary"], "water the plants");
    let living = contents(&flash);
    client.post("/api/session/invalidate", "").expect(204);
    let ended = contents(&flash);

    assert_ne!(living[RING], blank[RING], "it is there");
    assert_ne!(ended[RING], living[RING], "its end is there");
    for contents in [living, ended] {
        assert!(holds(&contents, "ada"), "whose it was is in the clear");
        for secret in ["diary", "water the plants", "notice", "the door is open"] {
            assert!(!holds(&contents, secret), "{secret}");
        }
    }
}

// promise: L12
#[test]
fn visitors_without_a_cookie_wear_nothing_out() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let user = board.client();
    user.post("/api/session/login", "ada").expect(204);
    user.put("/api/session/data/a", "1").expect(204);
    let before = contents(&flash);
    // One curl, and no jar: each of them is somebody new who writes.
    let url = board.url("/api/session/data/[1-1000]");
    let output = std::process::Command::new("curl")
        .args(["-q", "-s", "-S", "--noproxy", "*", "--max-time", "300", "-X", "PUT", "-d", "x"])
        .args(["-o", "/dev/null", "-w", "%{http_code}\n", &url])
        .output()
        .expect("curl starts");
    let codes = String::from_utf8(output.stdout).expect("codes are text");
    assert_eq!(codes.lines().count(), 1000, "{:?}", String::from_utf8_lossy(&output.stderr));
    assert!(codes.lines().all(|code| code == "204"), "{codes}");
    assert!(contents(&flash)[RING] == before[RING], "a visitor's session is in flash");
    assert_eq!(user.session()["data"]["a"], "1", "and no user has to go");
}
