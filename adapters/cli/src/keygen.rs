//! `keygen`: makes a key.

use std::path::Path;

use serde::Serialize;

use crate::args::Keygen;
use crate::failure::{Exit, Failure};
use crate::output;

#[derive(Serialize)]
struct Made<'a> {
    id: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a Path>,
}

pub(crate) fn run(flags: &Keygen, json: bool) -> Result<Exit, Failure> {
    let id = flags.id;
    match &flags.out {
        Some(path) => {
            sansession_keyfile::create(path, id).map_err(Failure::Keys)?;
            if json {
                output::print_json(&Made { id, line: None, path: Some(path) })?;
            }
        }
        None => {
            let fresh =
                if flags.next { sansession_keyfile::fresh_next } else { sansession_keyfile::fresh };
            let line = fresh(id).map_err(Failure::Random)?;
            if json {
                output::print_json(&Made { id, line: Some(&line), path: None })?;
            } else {
                output::print(&format!("{}\n", *line))?;
            }
        }
    }
    Ok(Exit::Done)
}
