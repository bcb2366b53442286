//! Flags: what the command line says, and the session configuration that follows from it.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use sansession::{Config, FlashMode};

/// The demo of sansession: a page to look at, and a JSON interface for tools and tests.
#[derive(Debug, Parser)]
#[command(name = "sansession-demo", version)]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Where sessions are kept: `memory`; `file:DIR`, which is made if it is not there; or the browser's `cookie`, signed,
    /// or `sealed-cookie`, which nobody else can read
    #[arg(long, value_name = "STORE", default_value = "file:.demo/sessions")]
    pub(crate) store: StoreChoice,

    /// Signing keys, one `ID:HEX` per line, newest first; made with mode 0600 if there is no such file
    #[arg(long, value_name = "FILE", default_value = ".demo/keys")]
    pub(crate) key_file: PathBuf,

    /// A session ends after this long without a request
    #[arg(long, value_name = "SECONDS", default_value_t = 2 * 60 * 60)]
    idle: u64,

    /// A session ends this long after its start or its last login
    #[arg(long, value_name = "SECONDS", default_value_t = 7 * 24 * 60 * 60)]
    absolute: u64,

    /// The id is replaced after this long; 0 for never. A session in a cookie has no id to replace
    #[arg(long, value_name = "SECONDS", default_value_t = 60 * 60)]
    renew: u64,

    /// For this long after a renewal, requests under way may still come with the old id
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    renew_grace: u64,

    /// When a flash message is used up
    #[arg(long, value_name = "MODE", default_value = "on-open")]
    flash: Flash,

    /// Leave out `Secure` and the `__Host-` name, for plain HTTP on a network
    #[arg(long)]
    pub(crate) insecure_http: bool,
}

impl Flags {
    /// The configuration, not yet checked.
    pub(crate) fn config(&self) -> Config {
        let config = Config::new()
            .idle(Duration::from_secs(self.idle))
            .absolute(Duration::from_secs(self.absolute))
            .flash(match self.flash {
                Flash::OnOpen => FlashMode::OnOpen,
                Flash::OnRead => FlashMode::OnRead,
            });
        let grace = Duration::from_secs(self.renew_grace);
        let config = match self.renew {
            0 => config.no_renew(),
            every => config.renew(Duration::from_secs(every), grace),
        };
        if self.insecure_http { config.insecure_http("session") } else { config }
    }
}

/// Where sessions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreChoice {
    /// In this process, until it ends.
    Memory,
    /// In this directory.
    File(PathBuf),
    /// In signed cookies.
    Cookie,
    /// In cookies that the browser cannot read.
    SealedCookie,
}

/// There is no store of this name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoSuchStore;

impl FromStr for StoreChoice {
    type Err = NoSuchStore;

    fn from_str(text: &str) -> Result<Self, NoSuchStore> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            None if text == "cookie" => Ok(Self::Cookie),
            None if text == "sealed-cookie" => Ok(Self::SealedCookie),
            Some(("file", directory)) if !directory.is_empty() => Ok(Self::File(directory.into())),
            _ => Err(NoSuchStore),
        }
    }
}

impl fmt::Display for NoSuchStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "there is no such store; this build has: memory, file:DIR, cookie, sealed-cookie",
        )
    }
}

impl std::error::Error for NoSuchStore {}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Flash {
    /// By the next request that opens the session
    OnOpen,
    /// By the request that reads it
    OnRead,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_stores_that_exist_are_taken() {
        assert_eq!("memory".parse(), Ok(StoreChoice::Memory));
        assert_eq!("file:a:b/c".parse(), Ok(StoreChoice::File("a:b/c".into())));
        assert_eq!("cookie".parse(), Ok(StoreChoice::Cookie));
        assert_eq!("sealed-cookie".parse(), Ok(StoreChoice::SealedCookie));
        for wrong in ["", "file", "file:", "memory:", "memory:x", "cookie:", "redis://h", "Memory"]
        {
            assert_eq!(wrong.parse::<StoreChoice>(), Err(NoSuchStore), "{wrong}");
        }
    }

    #[test]
    fn the_flags_are_consistent() {
        use clap::CommandFactory;
        Flags::command().debug_assert();
        let flags = Flags::parse_from(["sansession-demo"]);
        assert!(flags.config().checked().is_ok());
        let flags = Flags::parse_from(["sansession-demo", "--idle", "0"]);
        assert!(flags.config().checked().is_err());
    }
}
