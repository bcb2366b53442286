//! How sessions behave and what their cookie looks like.
//!
//! In: the host's choices. Out: a [`Config`] that has been checked as a whole. Every builder is `const`, so a wrong
//! combination can be a compile error:
//!
//! ```
//! use core::time::Duration;
//! use sansession::Config;
//!
//! const CONFIG: Config = match Config::new().idle(Duration::from_secs(900)).checked() {
//!     Ok(config) => config,
//!     Err(_) => panic!("unsafe session configuration"),
//! };
//! # let _ = CONFIG;
//! ```

use core::time::Duration;

use crate::error::ConfigError;
use crate::record::TRAILER;
use crate::set_cookie::{CookieConfig, SameSite};

/// When a flash message is used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FlashMode {
    /// The next request that opens the session uses it up, read or not (glimr, Laravel, Rails).
    OnOpen,
    /// Only reading uses it up.
    OnRead,
}

/// The choices of one kind of session. Start from [`Config::new`], whose defaults suit a web site over HTTPS.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Config {
    pub(crate) cookie: CookieConfig,
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
    pub(crate) renew: Option<Duration>,
    pub(crate) renew_grace: Duration,
    pub(crate) touch_percent: u8,
    pub(crate) skew: Duration,
    pub(crate) flash: FlashMode,
    pub(crate) retries: u8,
    pub(crate) sweep_per_mille: u16,
    pub(crate) epoch: u32,
    pub(crate) seals_records: bool,
    pub(crate) audience: &'static str,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// The defaults: cookie `__Host-session`, Secure, `HttpOnly`, `SameSite=Lax`, `Path=/`, with `Max-Age`; idle 2 hours,
    /// absolute 7 days, renewed each hour with a grace of 60 seconds.
    pub const fn new() -> Self {
        Self {
            cookie: CookieConfig::HOST,
            idle: Duration::from_secs(2 * 60 * 60),
            absolute: Duration::from_secs(7 * 24 * 60 * 60),
            renew: Some(Duration::from_secs(60 * 60)),
            renew_grace: Duration::from_secs(60),
            touch_percent: 10,
            skew: Duration::from_secs(60),
            flash: FlashMode::OnOpen,
            retries: 4,
            sweep_per_mille: 20,
            epoch: 0,
            seals_records: false,
            audience: "",
        }
    }

    /// Names the cookie. Names that start with `__Host-` or `__Secure-` bring their rules with them.
    pub const fn cookie_name(mut self, name: &'static str) -> Self {
        self.cookie.name = name;
        self
    }

    /// Opts out of `Secure` and of the `__Host-` name, for devices that can only speak plain HTTP.
    ///
    /// Whoever can read the traffic can then take over a session, and a neighbour that can set cookies for this host
    /// can swap a user's session for its own (promise H3).
    pub const fn insecure_http(mut self, name: &'static str) -> Self {
        self.cookie.name = name;
        self.cookie.secure = false;
        self
    }

    /// Sets the `Path` attribute.
    pub const fn cookie_path(mut self, path: &'static str) -> Self {
        self.cookie.path = path;
        self
    }

    /// Sets the `Domain` attribute; without it the cookie is for this host only.
    pub const fn cookie_domain(mut self, domain: &'static str) -> Self {
        self.cookie.domain = Some(domain);
        self
    }

    /// Sets the `SameSite` attribute.
    pub const fn same_site(mut self, same_site: SameSite) -> Self {
        self.cookie.same_site = same_site;
        self
    }

    /// Sets the `Partitioned` attribute: inside of another site's page, the browser keeps the cookie apart for that site.
    pub const fn partitioned(mut self) -> Self {
        self.cookie.partitioned = true;
        self
    }

    /// Leaves `Max-Age` out, so that the browser forgets the cookie when it closes. The time-outs hold all the same.
    pub const fn browser_session(mut self) -> Self {
        self.cookie.persistent = false;
        self
    }

    /// How long a session lives without a request. It counts from the last recorded use, see [`Config::touch_share`].
    pub const fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// How long a session lives at all, from its start or its last login.
    pub const fn absolute(mut self, absolute: Duration) -> Self {
        self.absolute = absolute;
        self
    }

    /// Replaces the id after this long, with a grace for requests that are under way with the old one.
    pub const fn renew(mut self, every: Duration, grace: Duration) -> Self {
        self.renew = Some(every);
        self.renew_grace = grace;
        self
    }

    /// Replaces the id only when the application asks for it or the signing key changed.
    pub const fn no_renew(mut self) -> Self {
        self.renew = None;
        self
    }

    /// The share of the idle time, in percent, that must have passed before a read-only request records its use.
    ///
    /// With 10, a session idles out after 90 to 100 percent of [`Config::idle`], and a busy reader costs ten store
    /// writes per idle time at most.
    pub const fn touch_share(mut self, percent: u8) -> Self {
        self.touch_percent = percent;
        self
    }

    /// How far ahead of this host's clock a token may have been issued (by another node).
    pub const fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// When a flash message is used up.
    pub const fn flash(mut self, mode: FlashMode) -> Self {
        self.flash = mode;
        self
    }

    /// How often an update that lost a race is tried again.
    pub const fn retries(mut self, retries: u8) -> Self {
        self.retries = retries;
        self
    }

    /// On how many of a thousand requests the host is asked to sweep expired records.
    pub const fn sweep_share(mut self, per_mille: u16) -> Self {
        self.sweep_per_mille = per_mille;
        self
    }

    /// Ends every token at once when it changes.
    pub const fn epoch(mut self, epoch: u32) -> Self {
        self.epoch = epoch;
        self
    }

    /// Seals what a store keeps of a session, so that only a request with its cookie opens it (promise D3).
    ///
    /// Data and flash messages are encrypted under a key made of the host's key and the id's selector, which no store
    /// has: who gets hold of the store, or of a device with its flash and its key, cannot read the records in it, nor
    /// those whose sessions have ended. The [crate docs](crate#sealed-record) name what stays in the clear. A record is 41
    /// bytes longer for it. Records that were stored before are not opened any more, and read as corrupt.
    ///
    /// Of carried sessions nothing is stored; they have `Sessions::sealed`.
    #[cfg(feature = "sealed")]
    pub const fn sealed_records(mut self) -> Self {
        self.seals_records = true;
        self
    }

    /// Names the application that tokens are for, where several share keys and a cookie name.
    pub const fn audience(mut self, audience: &'static str) -> Self {
        self.audience = audience;
        self
    }

    /// What sealing adds to a record.
    pub(crate) const fn record_trailer(&self) -> usize {
        if self.seals_records { TRAILER } else { 0 }
    }

    /// Checks the choices against each other.
    ///
    /// # Errors
    /// The first [`ConfigError`] found.
    pub const fn checked(self) -> Result<Self, ConfigError> {
        if let Err(error) = self.cookie.check() {
            return Err(error);
        }
        if self.audience.len() > 255 {
            return Err(ConfigError::Audience);
        }
        if self.idle.as_millis() == 0 || self.absolute.as_millis() == 0 {
            return Err(ConfigError::Lifetime);
        }
        // Parallel requests would each be due, and each make a new id.
        if let Some(renew) = self.renew
            && renew.as_millis() == 0
        {
            return Err(ConfigError::Lifetime);
        }
        if self.touch_percent > 100 {
            return Err(ConfigError::TouchShare);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// promise: L3, L7
    #[test]
    fn spans_of_nothing_are_refused() {
        let none = Duration::from_micros(999);
        let least = Duration::from_millis(1);
        let lifetime = Some(ConfigError::Lifetime);
        assert_eq!(Config::new().idle(none).checked().err(), lifetime);
        assert_eq!(Config::new().absolute(none).checked().err(), lifetime);
        assert_eq!(Config::new().renew(none, least).checked().err(), lifetime);
        assert_eq!(
            Config::new().idle(least).absolute(least).renew(least, none).checked().err(),
            None
        );
    }
}
