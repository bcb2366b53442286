//! The command line: what can be asked for, and its help.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sansession::{Config, ConfigError, Timestamp};

use crate::time;

const EXIT_CODES: &str = "\
Exit codes:
  0  done; inspect: authentic and in time
  1  inspect: does not verify, or cannot be read; parse: no cookie has the name
  2  wrong usage: flags, key file, an input that cannot be read
  3  inspect: authentic, but out of time at --now
  4  inspect: not verified, because there are no keys
  5  the system failed: no randomness, or the output cannot be written";

/// Makes keys and test cookies, and says what session cookies and records hold
#[derive(Debug, Parser)]
#[command(name = "sansession", version, after_long_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Print one JSON object on one line
    #[arg(long, global = true)]
    pub(crate) json: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a signing key
    ///
    /// Printed as a line of a key file, or stored as one that only its owner can read. A file that is there is never
    /// changed.
    #[command(after_long_help = "\
Examples:
  sansession keygen --out keys
  (umask 077; { sansession keygen --id 2; cat keys; } > keys.new) && mv keys.new keys   # a newer key, that signs
  (umask 077; { sansession keygen --id 3 --next; cat keys; } > keys.new) && mv keys.new keys   # one that will sign")]
    Keygen(Keygen),

    /// Make a cookie for tests
    ///
    /// Prints name=value. Of a stored session it also prints, on the second line, the record that the store must have
    /// for it; --json tells under which key.
    #[command(after_long_help = "\
Examples:
  curl -b \"$(sansession sign signed --keys keys --principal ada --data theme=dark)\" https://localhost/
  sansession sign stored --keys keys --principal ada --json | jq -r .record.key
  sansession sign sealed --keys keys --lifetime 30d --data cart=empty | sansession inspect --keys keys --values")]
    Sign(Sign),

    /// Say what a cookie or a record holds, whether it verifies, and why not
    ///
    /// Takes a cookie value, a Cookie or Set-Cookie header, or a record as hexadecimal digits, base64 or raw bytes.
    /// Without --keys it tells what a cookie claims, which nothing vouches for. Ids and keys are never shown.
    #[command(after_long_help = "\
Examples:
  sansession inspect --keys keys EQNzZWxlY3Rv...
  pbpaste | sansession inspect --keys keys --now 2026-11-05T10:00:00Z
  sansession inspect --keys keys --json 'Cookie: a=1; __Host-session=EQNz...' | jq .result
  sansession inspect --as record --seen 1700000000 --file record.bin")]
    Inspect(Inspect),

    /// List the cookies of one name in a Cookie header, in the order in which they are tried
    ///
    /// Each line of the input is one header, with or without \"Cookie:\" in front.
    #[command(after_long_help = "\
Examples:
  sansession parse 'a=1; __Host-session=EQNz...; __Host-session=other'
  sansession parse --name sid --values < headers.txt")]
    Parse(Parse),

    /// Print a completion script for a shell
    #[command(after_long_help = "\
Examples:
  source <(sansession completions bash)
  sansession completions fish > ~/.config/fish/completions/sansession.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// Id of the key; no two keys in use share one
    #[arg(long, value_name = "ID", default_value_t = 1)]
    pub(crate) id: u8,

    /// Print the line of a next key, +ID:HEX: it verifies and does not sign yet, while nodes learn of it one by one
    #[arg(long, conflicts_with = "out")]
    pub(crate) next: bool,

    /// Make this file, with mode 0600
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// What the cookie carries
    pub(crate) transport: Transport,

    /// The key file; its first key signs
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: PathBuf,

    /// An entry: a string under a key. Without a write there is no session
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    #[arg(required_unless_present_any = ["flash", "principal", "csrf_only"])]
    pub(crate) data: Vec<(String, String)>,

    /// A flash message: a string under a key
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) flash: Vec<(String, String)>,

    /// Bind the session to a principal
    #[arg(long, value_name = "NAME")]
    pub(crate) principal: Option<String>,

    /// How long the session lives: seconds, or 90m, 12h, 30d; in place of 7 days
    #[arg(long, value_name = "TIME", value_parser = time::duration)]
    pub(crate) lifetime: Option<Duration>,

    /// How long it lives without a request; in place of the lifetime given, or of 2 hours
    #[arg(long, value_name = "TIME", value_parser = time::duration)]
    pub(crate) idle: Option<Duration>,

    /// A cookie that opens no session and is good for CSRF tokens only
    #[arg(long, conflicts_with_all = ["data", "flash", "principal", "lifetime", "idle"])]
    pub(crate) csrf_only: bool,

    /// When it is issued, in place of now
    #[arg(long, value_name = "TIME", value_parser = time::timestamp)]
    pub(crate) now: Option<Timestamp>,

    /// How the record is written
    #[arg(long, value_name = "ENCODING", default_value = "hex")]
    pub(crate) encoding: Encoding,

    #[command(flatten)]
    pub(crate) cookie: Cookie,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// What to inspect; - or nothing reads standard input
    #[arg(value_name = "INPUT", conflicts_with = "file")]
    pub(crate) input: Option<OsString>,

    /// Read this file
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// What the input is
    #[arg(long = "as", value_name = "KIND", default_value = "auto")]
    pub(crate) kind: Kind,

    /// The key file
    #[arg(long, value_name = "FILE")]
    pub(crate) keys: Option<PathBuf>,

    /// Judge at this time: seconds since 1970, 1700000000000ms, or 2026-11-05T10:00:00Z; in place of now
    #[arg(long, value_name = "TIME", value_parser = time::timestamp)]
    pub(crate) now: Option<Timestamp>,

    /// Of a record: when it was last used, as its store says
    #[arg(long, value_name = "TIME", value_parser = time::timestamp)]
    pub(crate) seen: Option<Timestamp>,

    /// Show the values of entries
    #[arg(long)]
    pub(crate) values: bool,

    #[command(flatten)]
    pub(crate) cookie: Cookie,
}

#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// The header; - or nothing reads standard input
    #[arg(value_name = "INPUT")]
    pub(crate) input: Option<OsString>,

    /// Name of the cookie
    #[arg(long, value_name = "NAME", default_value = NAME)]
    pub(crate) name: String,

    /// Show the values of the cookies
    #[arg(long)]
    pub(crate) values: bool,
}

/// Which cookie it is. All of it is in the keys that are derived, so a cookie of another name does not verify.
#[derive(Debug, Args)]
pub(crate) struct Cookie {
    /// Name of the cookie
    #[arg(long, value_name = "NAME", default_value = NAME)]
    pub(crate) name: String,

    /// The application that it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) audience: String,

    /// The host's epoch
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) epoch: u32,

    /// Leave out Secure, for names without its prefixes
    #[arg(long)]
    pub(crate) insecure_http: bool,
}

/// The core's own default.
const NAME: &str = "__Host-session";

impl Cookie {
    /// The configuration that makes and reads such a cookie.
    pub(crate) fn config(&self) -> Result<Config, ConfigError> {
        // A configuration borrows from the program; this program makes one and ends.
        let name = String::leak(self.name.clone());
        let config = Config::new().audience(String::leak(self.audience.clone())).epoch(self.epoch);
        if self.insecure_http { config.insecure_http(name) } else { config.cookie_name(name) }
            .checked()
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Transport {
    /// An id; a store has the session
    Stored,
    /// The session, which the browser can read
    Signed,
    /// The session, which the browser cannot read
    Sealed,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Encoding {
    Hex,
    Base64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Kind {
    /// Find out
    Auto,
    /// The value of a cookie
    Value,
    /// Cookie or Set-Cookie headers, one on a line
    Header,
    /// A record: hexadecimal digits, base64 or raw bytes
    Record,
}

/// A key and a value; the error does not repeat them.
fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("it takes KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_default_name_is_that_of_the_core() {
        let config = format!("{:?}", Config::new());
        assert!(config.contains(&format!("name: {NAME:?}")), "{config}");
    }
}
