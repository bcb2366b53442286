//! The promises of the demo, kept by a board with 16 KB of RAM and a serial line.
//!
//! Each test has a board of its own, and is over at once where boards are not wanted.

use sansession_firmware_tests::html::{form_value, hidden};
use sansession_firmware_tests::{Cable, Client, Reply, SerialBoard, wanted};
use serde_json::json;

/// Sessions that the board has room for.
const PLACES: usize = 4;
/// What is to be left of the stack, whatever is asked. The board tells of growth in steps of 256 bytes.
const RESERVE: usize = 768;

const PING: &[u8] = b"GET /ping HTTP/1.1\r\nHost: board\r\n\r\n";

/// Sends a form of the page, with its token.
fn send(client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = client.get("/").expect(200).body;
    let token = hidden(&page, "csrf_token").expect("forms have a token");
    let fields = fields.iter().map(|(name, value)| format!("&{name}={}", form_value(value)));
    client.post(path, &format!("csrf_token={token}{}", fields.collect::<String>()))
}

fn is_up(cable: &mut Cable) {
    cable.send(PING);
    assert_eq!(cable.answer(), (200, "pong".into()));
}

// promise: L1, L2, L4
#[test]
fn somebody_logs_in_is_known_and_logs_out() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    assert_eq!(client.get("/api/session").expect(200).set_cookie(), None);
    client.put("/api/session/data/colour", "blue \"and\" grün").expect(204);
    let before = client.cookie().expect("there is a session");

    let reply = client.post("/api/session/login", "ada").expect(204);

    assert_eq!((reply.outcome(), reply.header("content-length")), ("rotated", None));
    assert_eq!(board.replay(&before).verdict(), "unknown", "the old id is dead");
    let session = client.session();
    assert_eq!((&session["verdict"], &session["principal"]), (&json!("resumed"), &json!("ada")));
    assert_eq!(session["data"], json!({ "colour": "blue \"and\" grün" }));
    let listed = client.get("/api/session/list").expect(200).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let cookie = client.cookie().expect("there is a session");
    assert!(client.post("/api/session/invalidate", "").expect(204).removes_cookie());
    assert_eq!(board.replay(&cookie).verdict(), "unknown");
}

// promise: F1, F2
#[test]
fn a_message_is_shown_once() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    client.post("/api/session/flash/notice", "saved").expect(204);
    assert_eq!(client.session()["flash"], json!({ "notice": "saved" }));
    assert_eq!(client.session()["flash"], json!({}));
}

// promise: C1, F1, contract: The page
#[test]
fn the_page_has_room() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    client.post("/login", "user=ada&password=demo").expect(403);
    let form = [("user", "ada <b>"), ("password", "demo")];
    send(&client, "/login", &form).expect(303);
    let page = client.get("/").expect(200).body;
    assert!(page.contains("<strong id=\"user\">ada &lt;b&gt;</strong>"), "{page}");
    assert!(page.contains("The session has a new id."), "{page}");
    assert!(!client.get("/").expect(200).body.contains("The session has a new id."));
    send(&client, "/notes", &[("note", "water")]).expect(303);
    let page = client.get("/").expect(200).body;
    assert!(page.contains("water") && page.ends_with("</html>\n"), "{page}");
    assert_eq!(client.get("/style.css").expect(200).header("cache-control"), Some("no-cache"));
    let cookie = client.cookie().expect("there is a session");
    send(&client, "/logout", &[]).expect(303);
    assert_eq!(board.replay(&cookie).verdict(), "unknown");
}

// promise: L12
#[test]
fn a_flood_of_strangers_evicts_strangers_and_nobody_who_is_logged_in() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let (owner, first) = (board.client(), board.client());
    owner.post("/api/session/login", "ada").expect(204);
    first.put("/api/session/data/a", "1").expect(204);
    for _ in 0..3 * PLACES {
        board.client().put("/api/session/data/a", "1").expect(204);
    }
    assert_eq!((owner.verdict(), first.verdict()), ("resumed".into(), "unknown".into()));
}

// promise: L12, L15
#[test]
fn a_table_that_is_full_of_users_says_so_and_loses_none() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let users = [(); PLACES].map(|()| board.client());
    for (number, user) in users.iter().enumerate() {
        user.post("/api/session/login", &format!("user {number}")).expect(204);
    }
    for (path, body) in [("/api/session/login", "eve"), ("/api/session/flash/a", "1")] {
        let refused = board.client().post(path, body).expect(507);
        assert_eq!((refused.error().as_str(), refused.set_cookie()), ("full", None));
    }
    for user in &users {
        assert_eq!(user.verdict(), "resumed");
    }
    users[0].post("/api/session/invalidate", "").expect(204);
    board.client().post("/api/session/login", "eve").expect(204);
}

// promise: S2
#[test]
fn without_power_everything_is_forgotten() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    client.post("/api/session/login", "ada").expect(204);
    let cookie = client.cookie().expect("there is a session");
    assert_eq!(board.replay(&cookie).verdict(), "resumed");

    let board = board.restart();

    // Not even the key is the same.
    assert_eq!(board.replay(&cookie).verdict(), "forged");
    board.replay(&cookie).put("/api/session/data/a", "1").expect(204);
}

#[test]
fn requests_follow_each_other_on_the_line() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let mut cable = board.plug();
    let put = b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nGET ";
    cable.send(&[PING, put, PING].concat());
    assert_eq!(cable.answer(), (200, "pong".into()));
    assert_eq!(cable.answer(), (204, String::new()));
    assert_eq!(cable.answer(), (200, "pong".into()));
    for byte in [put, PING].concat() {
        cable.send(&[byte]);
    }
    assert_eq!(cable.answer(), (204, String::new()));
    assert_eq!(cable.answer(), (200, "pong".into()));
    drop(cable);
    // Who pulls it out before the answer is there leaves nothing behind.
    let mut cable = board.plug();
    cable.send(PING);
    drop(cable);
    assert_eq!(board.client().get("/ping").expect(200).body, "pong");
}

#[test]
fn what_is_no_request_is_told_so_and_the_next_is_answered() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    client.post("/api/session/login", "ada").expect(204);
    let noise: Vec<u8> =
        (0_u32..1250).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(30));
    let mut cable = board.plug();
    for (status, bytes) in [
        (400, &b"\r\n\r\n"[..]),
        (400, b"junk\r\n\r\nGET /ping HTTP/1.1\r\n\r\n"),
        (400, b"GET /ping HTTP/9.9\r\n\r\n"),
        (400, b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: x\r\n\r\n"),
        (400, b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        (501, b"PUT /api/session/data/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        (413, b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: 4000\r\n\r\nabc"),
        (431, headers.as_bytes()),
        (431, &noise),
        (408, b"GET /pi"),
        (408, b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: 4\r\n\r\nabc"),
    ] {
        cable.send(bytes);
        assert_eq!(cable.answer().0, status, "{}", String::from_utf8_lossy(bytes));
        is_up(&mut cable);
    }
    drop(cable);
    assert_eq!(client.verdict(), "resumed", "nobody was logged out by it");
}

#[test]
fn a_cable_that_is_pulled_out_of_a_request_costs_the_next_one_at_most() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let client = board.client();
    client.post("/api/session/login", "ada").expect(204);
    let mut cable = board.plug();
    cable.send(b"PUT /api/session/data/a HTTP/1.1\r\nContent-Length: 500\r\n\r\nabc");
    drop(cable);
    // It may be taken for the rest of the other one.
    let first = client.get("/ping");
    assert!(matches!(first.status, 200 | 400 | 408), "{first:?}");
    assert_eq!(client.get("/ping").expect(200).body, "pong");
    assert_eq!(client.session()["data"], json!({}), "half a write is none");
}

// contract: 16 KB of RAM
#[test]
fn the_stack_has_room_whatever_is_asked() {
    if !wanted() {
        return;
    }
    let board = SerialBoard::start();
    let name = "n".repeat(100);
    let form = [("user", name.as_str()), ("password", "demo")];
    let users = [(); PLACES].map(|()| board.client());
    for user in &users {
        send(user, "/login", &form).expect(303);
    }
    let user = &users[0];
    assert!(user.get("/").expect(200).body.contains("Where you are logged in"));
    send(user, "/login", &[("user", "ada"), ("password", "wrong")]).expect(401);
    send(user, "/rotate", &[]).expect(303);
    user.put("/api/session/data/a", &"v".repeat(500)).expect(507);
    user.post("/api/session/flash-now/a", "v").expect(200);
    user.post("/api/session/reflash", "").expect(204);
    user.get("/api/session/list").expect(200);
    board.client().post("/api/session/login", "eve").expect(507);
    send(user, "/logout-everywhere", &[]).expect(303);

    let stack = board.stack();

    println!("stack: {stack:?}");
    assert!(stack.len() >= 2, "the board tells what the start used, and what requests did");
    for (used, there_are) in stack {
        assert!(used + RESERVE <= there_are, "{used} of {there_are} bytes are used");
    }
}
