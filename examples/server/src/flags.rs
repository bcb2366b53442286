//! Flags: what the command line says, and the session configuration that follows from it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use sansession::{Config, FlashMode};

use crate::store_choice::StoreChoice;

/// The demo of sansession: a page to look at, and a JSON interface for tools and tests.
#[derive(Debug, Parser)]
#[command(name = "sansession-demo", version)]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,

    /// Where sessions are kept: `sqlite:FILE` or `file:DIR`, which are made if they are not there; `memory`; a server:
    /// `postgres:URL`, `redis:URL`, `redis-cluster:URL,URL`; `cached:` and one of these, with copies in memory; or the
    /// browser's `cookie`, signed, or `sealed-cookie`, which nobody else can read
    #[arg(long, value_name = "STORE", default_value = "sqlite:.demo/sessions.db")]
    pub(crate) store: StoreChoice,

    /// What the table, or the keys, of this site are called on a server that others use too
    #[arg(long, value_name = "NAME", default_value = "demo")]
    pub(crate) site: String,

    /// Signing keys, one `ID:HEX` per line, newest first, `+ID:HEX` for one that does not sign yet; made with mode 0600 if there is no such file
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
    fn the_flags_are_consistent() {
        use clap::CommandFactory;
        Flags::command().debug_assert();
        let flags = Flags::parse_from(["sansession-demo"]);
        assert!(flags.config().checked().is_ok());
        let flags = Flags::parse_from(["sansession-demo", "--idle", "0"]);
        assert!(flags.config().checked().is_err());
    }
}
