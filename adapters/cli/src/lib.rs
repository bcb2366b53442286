//! The command `sansession`: makes keys and test cookies, and says what cookies and records hold.
//!
//! ```text
//! sansession keygen --out keys
//! sansession sign signed --keys keys --principal ada --data theme=dark | sansession inspect --keys keys
//! sansession inspect --json 'Cookie: __Host-session=EQNz...'
//! sansession parse --name __Host-session 'a=1; __Host-session=EQNz...'
//! sansession completions bash
//! ```
//!
//! What is inspected comes as an argument, from a file with `--file`, or from standard input. Messages go to standard
//! error, a line each. No command prints an id, a selector, a verifier, or a key that it was given; `keygen` and `sign` print
//! what they make. Values of entries and cookies are printed only with `--values`.
//!
//! # Exit codes
//!
//! | code | means |
//! |---|---|
//! | 0 | done; of `inspect`: authentic and in time, or a record in time |
//! | 1 | `inspect`: no cookie of the name verifies, or the record cannot be read; `parse`: no cookie has the name |
//! | 2 | wrong usage: flags, key file, an input that cannot be read |
//! | 3 | `inspect`: authentic, but expired at `--now`, or issued later than that |
//! | 4 | `inspect`: not verified, because there are no keys |
//! | 5 | the system failed: no randomness, or the output cannot be written |
//!
//! A reader that closes its end of a pipe early is no failure.
//!
//! # JSON
//!
//! One object on one line. Times are milliseconds since the epoch of the host that made the cookie, as they stand in
//! token and record. A field that does not apply is `null`, but for those in brackets, which are left out.
//!
//! | command | fields |
//! |---|---|
//! | `keygen` | `id`, and `line` or `path` |
//! | `sign` | `transport`, `cookie` (name=value), `set_cookie`, `record`: `key`, `encoding`, `bytes`, `revision`, `seen_ms`, `expires_ms` |
//! | `parse` | `name`, `candidates`: `chars`, `tried`, [`value` or, if it is not UTF-8, `value_hex`] |
//! | `completions` | `shell`, `script` |
//! | `inspect` of a cookie | `input`: `cookie`, `name`, `now_ms`, `result`, `ignored`, `tokens` |
//! | `inspect` of a record | `input`: `record`, `bytes`, `now_ms`, `seen_ms`, `result`, `reason`, `verdict`, `says`: `minted_ms`, `previous`: `ends_ms`, `session` |
//!
//! `result` is `good`, `out-of-time`, `rejected` or `unchecked`; of a cookie it is that of its best token, as one that is good
//! is enough for an exchange. `ignored` counts the cookies of the name that no exchange would try. A token has
//!
//! - `chars`, and its own `result`;
//! - `reason`, if it is rejected: `code` (`length`, `alphabet`, `form`, `key`, `tag`, `contents`; of a record also
//!   `newer-version`) and `text`;
//! - `verdict`: what an exchange at `now_ms` would log, by the names of [`Verdict`](sansession::Verdict); `null` if it would
//!   ask its store;
//! - `key`, if it verifies: `id`, and `old` if ids under it are due for renewal;
//! - `says`, if it verifies, and otherwise `claims`, which nothing vouches for: `form` (`session-id`, `csrf-id`, `signed`,
//!   `sealed`), `key_id`, `csrf_only`, `issued_ms`, `deadline_ms`, `handle` (the store's key), `revision`, `session`.
//!
//! A `session` has `created_ms`, `deadline_ms`, `idle_ms`, `own_lifetime`, `regenerates`, `principal`, and `entries`: `space`
//! (`data` or `flash`), `key`, `bytes`, `set_by` (of a flash message: the revision), [`value_hex`, in postcard, and `text` if
//! that can be a string].

mod args;
mod completions;
mod failure;
mod input;
mod inspect;
mod keygen;
mod keys;
mod output;
mod parse;
mod sign;
mod time;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::failure::{Exit, Failure};

/// Runs the command that `arguments` name, the program's own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let done = match Arguments::try_parse_from(arguments) {
        Ok(Arguments { json, command }) => carry_out(command, json),
        Err(error) if error.use_stderr() => Err(Failure::Flags(error)),
        // Help and version.
        Err(page) => output::print(&page.render().to_string()).map(|()| Exit::Done),
    };
    let exit = done.unwrap_or_else(|failure| {
        output::complain(&format_args!("error: {failure}"));
        failure.exit()
    });
    exit.into()
}

fn carry_out(command: Command, json: bool) -> Result<Exit, Failure> {
    match command {
        Command::Keygen(flags) => keygen::run(&flags, json),
        Command::Sign(flags) => sign::run(&flags, json),
        Command::Inspect(flags) => inspect::run(&flags, json),
        Command::Parse(flags) => parse::run(&flags, json),
        Command::Completions { shell } => completions::run(shell, json),
    }
}
