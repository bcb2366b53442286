//! One kind of session: its configuration, its keys, and the two ends of an exchange.

use core::fmt;

use crate::config::Config;
use crate::error::ConfigError;
use crate::keys::{KeyRing, Keys};
use crate::transport::Transport;

mod carried;
mod stored;

/// Cookies of this name that are authenticated in one request, so that tossed ones cost a bounded time (promise H3).
pub(crate) const CANDIDATES: usize = 8;

/// Sessions of one kind: share one for all requests.
///
/// `T` is the transport: [`Stored`](crate::Stored) or [`Carried`](crate::Carried).
pub struct Sessions<T: Transport> {
    pub(crate) config: Config,
    pub(crate) keys: Keys<T::Key>,
}

impl<T: Transport> Sessions<T> {
    fn new(config: Config, keys: &KeyRing) -> Result<Self, ConfigError> {
        let config = config.checked()?;
        Ok(Self { config, keys: Keys::derive(keys, &config)? })
    }

    /// The name of the cookie. Tokens are good under this name only (promise T4).
    pub const fn cookie_name(&self) -> &'static str {
        self.config.cookie.name
    }
}

impl<T: Transport> fmt::Debug for Sessions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("config", &self.config).finish_non_exhaustive()
    }
}
