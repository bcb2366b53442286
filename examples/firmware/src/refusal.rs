//! Answers in place of a handler's when its session could not be opened or stored. They are always the same, so that they
//! need no memory.

use sansession::Outcome;

use crate::answer::{Answer, Content};
use crate::route::Route;

/// The answer to a request for `path` that was refused with this status, after this outcome.
pub fn refused(status: u16, outcome: Outcome, path: &str) -> Answer {
    let [json, page] = match outcome {
        Outcome::Gone => [r#"{"error":"gone"}"#, ENDED],
        Outcome::Obsolete => [r#"{"error":"obsolete"}"#, ENDED],
        Outcome::Conflict => [r#"{"error":"conflict"}"#, AGAIN],
        Outcome::StoreFull => [r#"{"error":"full"}"#, FULL],
        Outcome::StoreFailed => [r#"{"error":"store"}"#, AGAIN],
        Outcome::RngFailed => [r#"{"error":"rng"}"#, AGAIN],
        _ => [r#"{"error":"busy"}"#, AGAIN],
    };
    if Route::find("", path).is_api() {
        Answer::fixed(status, Content::Json, json)
    } else {
        Answer::fixed(status, Content::Html, page)
    }
}

macro_rules! page {
    ($heading:literal, $advice:literal) => {
        concat!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>sansession</title>\n",
            "<link rel=\"stylesheet\" href=\"/style.css\">\n<main class=\"problem\">\n<section>\n<h1>",
            $heading,
            "</h1>\n<p>",
            $advice,
            "</p>\n<p><a class=\"button\" href=\"/\">Back to the demo</a></p>\n</section>\n</main>\n"
        )
    };
}

const ENDED: &str = page!(
    "Your session has ended",
    "It was ended, or got another id, while this request was under way. Nothing was changed."
);
const FULL: &str =
    page!("The device keeps no more sessions", "Please log out somewhere else first.");
const AGAIN: &str = page!("The device is busy", "Please try again in a moment.");
