//! `parse`: the cookies of one name in a header, as the core reads them.

use std::fmt::Write as _;

use sansession::inspect::{CookieHeaders, MAX_CANDIDATES};
use serde::Serialize;

use crate::args::Parse;
use crate::failure::{Exit, Failure};
use crate::{input, output};

#[derive(Serialize)]
struct Candidates<'a> {
    name: &'a str,
    candidates: Vec<Candidate<'a>>,
}

#[derive(Serialize)]
struct Candidate<'a> {
    chars: usize,
    tried: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_hex: Option<String>,
}

pub(crate) fn run(flags: &Parse, json: bool) -> Result<Exit, Failure> {
    let headers = input::read(flags.input.as_deref(), None)?;
    let values = candidates(&headers, &flags.name);
    let candidates =
        values.iter().zip(0..).map(|(value, place)| candidate(value, place, flags.values));
    let found = Candidates { name: &flags.name, candidates: candidates.collect() };
    if json {
        output::print_json(&found)?;
    } else {
        output::print(&found.text())?;
    }
    if found.candidates.is_empty() {
        return Err(Failure::NoCookie { name: flags.name.clone() });
    }
    Ok(Exit::Done)
}

/// The values of the cookies called `name`, in the order in which an exchange meets them.
pub(crate) fn candidates<'h>(headers: &'h [u8], name: &str) -> Vec<&'h [u8]> {
    let mut reader = CookieHeaders::new();
    let mut values = Vec::new();
    for line in input::header_lines(headers) {
        values.extend(reader.values(line, name));
    }
    values
}

fn candidate(value: &[u8], place: usize, show: bool) -> Candidate<'_> {
    let text = str::from_utf8(value).ok();
    Candidate {
        chars: value.len(),
        tried: place < MAX_CANDIDATES,
        value: text.filter(|_| show),
        value_hex: (show && text.is_none()).then(|| base16ct::lower::encode_string(value)),
    }
}

impl Candidates<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        for (candidate, number) in self.candidates.iter().zip(1..) {
            let tried = if candidate.tried { "" } else { ", not tried" };
            // Writing to a string cannot fail.
            let _ = write!(text, "{number}: {} characters{tried}", candidate.chars);
            if let Some(value) = candidate.value {
                let _ = write!(text, ": {}", value.escape_debug());
            }
            if let Some(hex) = &candidate.value_hex {
                let _ = write!(text, ": not text: {hex}");
            }
            text.push('\n');
        }
        text
    }
}
