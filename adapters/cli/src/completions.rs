//! `completions`: prints a script for a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;
use serde::Serialize;

use crate::args::Arguments;
use crate::failure::{Exit, Failure};
use crate::output;

#[derive(Serialize)]
struct Completions<'a> {
    shell: String,
    script: &'a str,
}

pub(crate) fn run(shell: Shell, json: bool) -> Result<Exit, Failure> {
    // Into memory first: the generator takes a closed pipe for a bug.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sansession", &mut script);
    let script = String::from_utf8_lossy(&script);
    if json {
        output::print_json(&Completions { shell: shell.to_string(), script: &script })?;
    } else {
        output::print(&script)?;
    }
    Ok(Exit::Done)
}
