//! The page, as somebody uses it who has forms and no script.

use sansession_firmware_tests::html::{form_value, hidden};
use sansession_firmware_tests::{Board, Client, Flash, Reply, wanted};

/// Sends a form of the page, with its token.
fn send(client: &Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let page = client.get("/").expect(200).body;
    let token = hidden(&page, "csrf_token").expect("forms have a token");
    let fields = fields.iter().map(|(name, value)| format!("&{name}={}", form_value(value)));
    let form = format!("csrf_token={token}{}", fields.collect::<String>());
    client.post(path, &form)
}

fn log_in(client: &Client, user: &str) {
    let reply = send(client, "/login", &[("user", user), ("password", "demo")]).expect(303);
    assert_eq!(reply.header("location"), Some("/"));
    assert!(reply.sets_cookie());
}

fn page(client: &Client) -> String {
    client.get("/").expect(200).body
}

// promise: F1, L4, contract: The page
#[test]
fn somebody_logs_in_writes_notes_and_logs_out() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let client = board.client();
    assert!(page(&client).contains("Who are you?"));

    log_in(&client, "ada <b>");
    let first = page(&client);
    assert!(first.contains("<strong id=\"user\">ada &lt;b&gt;</strong>"), "{first}");
    assert!(first.contains("The session has a new id."), "{first}");
    assert!(!page(&client).contains("The session has a new id."), "it is shown once");

    send(&client, "/notes", &[("note", "water & \"plants\"")]).expect(303);
    let noted = page(&client);
    assert!(noted.contains("water &amp; &quot;plants&quot;"), "{noted}");
    let key = noted.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    send(&client, "/notes/delete", &[("key", key.expect("notes can be deleted"))]).expect(303);
    assert!(page(&client).contains("The note is deleted."));
    assert!(!page(&client).contains("water"));

    let cookie = client.cookie().expect("there is a session");
    send(&client, "/logout", &[]).expect(303);
    assert!(page(&client).contains("You are logged out."));
    assert_eq!(board.replay(&cookie).verdict(), "unknown");
}

// promise: C1
#[test]
fn a_form_without_the_sessions_token_is_refused() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let (client, other) = (board.client(), board.client());
    log_in(&client, "ada");
    let token = hidden(&page(&other), "csrf_token").expect("forms have a token");
    for form in [String::from("note=x"), format!("note=x&csrf_token={token}"), "csrf_token=".into()]
    {
        client.post("/notes", &form).expect(403);
    }
    assert!(page(&client).contains("<ul id=\"notes\"></ul>"));
}

// promise: L11
#[test]
fn one_of_two_browsers_ends_the_other_and_then_all() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let (here, there) = (board.client(), board.client());
    log_in(&here, "ada");
    log_in(&there, "ada");
    let listed = page(&here);
    assert_eq!(listed.matches("End this one").count(), 2, "{listed}");
    let rows = listed
        .split("<li>")
        .find(|row| row.contains("End this one") && !row.contains("this one</span>"));
    let handle =
        rows.and_then(|row| row.split("value=\"").nth(1)).and_then(|rest| rest.split('"').next());
    send(&here, "/sessions/end", &[("handle", handle.expect("the other session"))]).expect(303);
    assert_eq!(there.verdict(), "unknown");
    log_in(&there, "ada");
    send(&here, "/logout-everywhere", &[]).expect(303);
    assert!(page(&here).contains("in 1 other place"));
    assert_eq!(there.verdict(), "unknown");
}

// Of the throttle: whoever guesses waits, and whoever is logged in does not.
#[test]
fn guessing_passwords_is_slowed_down() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    let (owner, guesser) = (board.client(), board.client());
    log_in(&owner, "ada");
    let wrong = [("user", "ada"), ("password", "guess")];
    let slowed =
        (0..20).map(|_| send(&guesser, "/login", &wrong)).find(|reply| reply.status != 401);
    let slowed = slowed.expect("nobody guesses for ever").expect(429);
    let wait = slowed.header("retry-after").and_then(|text| text.parse::<u64>().ok());
    assert!(wait.is_some_and(|wait| wait > 0), "{slowed:?}");
    send(&owner, "/rotate", &[]).expect(303);
    assert!(page(&owner).contains("The session has a new id."));
}
