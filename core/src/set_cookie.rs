//! Writes the `Set-Cookie` response header.
//!
//! In: attributes that were checked when the configuration was built, and a value that this crate encoded. Out: one
//! header value, written by `Display` straight to where the host wants it. No input of a request reaches it.

use core::fmt::{self, Write};

use crate::error::ConfigError;

/// `Max-Age` never says more than this many seconds.
///
/// RFC 6265bis 5.5: "The user agent MUST limit the maximum value of the Max-Age attribute [...] The limit SHOULD NOT
/// be greater than 400 days (34560000 seconds)".
const MAX_AGE: u64 = 34_560_000;

/// Which cross-site requests carry the cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum SameSite {
    /// None, not even following a link.
    Strict,
    /// Top-level navigations with safe methods.
    Lax,
    /// All; needs `Secure`.
    None,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CookieConfig {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) domain: Option<&'static str>,
    pub(crate) secure: bool,
    pub(crate) same_site: SameSite,
    pub(crate) persistent: bool,
    pub(crate) partitioned: bool,
}

impl CookieConfig {
    pub(crate) const HOST: Self = Self {
        name: "__Host-session",
        path: "/",
        domain: None,
        secure: true,
        same_site: SameSite::Lax,
        persistent: true,
        partitioned: false,
    };

    pub(crate) const fn check(&self) -> Result<(), ConfigError> {
        if self.name.is_empty() || self.name.len() > 64 || !all(self.name.as_bytes(), Class::Token)
        {
            return Err(ConfigError::CookieName);
        }
        if !matches!(self.path.as_bytes(), [b'/', ..])
            // RFC 6265bis 5.6: a longer attribute is ignored.
            || self.path.len() > 1024
            || !all(self.path.as_bytes(), Class::Attribute)
        {
            return Err(ConfigError::Path);
        }
        if let Some(domain) = self.domain
            && !is_host_name(domain.as_bytes())
        {
            return Err(ConfigError::Domain);
        }
        // RFC 6265bis 4.1.3: browsers match the prefixes without regard to case.
        if starts_with(self.name, b"__host-")
            && !(self.secure && self.domain.is_none() && matches!(self.path.as_bytes(), [b'/']))
        {
            return Err(ConfigError::HostPrefix);
        }
        if starts_with(self.name, b"__secure-") && !self.secure {
            return Err(ConfigError::SecurePrefix);
        }
        if matches!(self.same_site, SameSite::None) && !self.secure {
            return Err(ConfigError::SameSiteNone);
        }
        // draft-cutler-httpbis-partitioned-cookies: browsers drop a partitioned cookie that is not Secure.
        if self.partitioned && !self.secure {
            return Err(ConfigError::Partitioned);
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Class {
    /// RFC 9110 5.6.2 `tchar`.
    Token,
    /// RFC 6265bis 4.1.1 `av-octet`: any character except control bytes and `;`.
    Attribute,
}

const fn all(mut bytes: &[u8], class: Class) -> bool {
    while let [byte, rest @ ..] = bytes {
        let fits = match class {
            Class::Token => {
                byte.is_ascii_alphanumeric()
                    || matches!(
                        byte,
                        b'!' | b'#'
                            | b'$'
                            | b'%'
                            | b'&'
                            | b'\''
                            | b'*'
                            | b'+'
                            | b'-'
                            | b'.'
                            | b'^'
                            | b'_'
                            | b'`'
                            | b'|'
                            | b'~'
                    )
            }
            Class::Attribute => matches!(byte, 0x20..=0x3a | 0x3c..=0x7e),
        };
        if !fits {
            return false;
        }
        bytes = rest;
    }
    true
}

/// RFC 1123 2.1: labels of 1 to 63 letters, digits and inner hyphens, with dots between them, 253 bytes in all.
const fn is_host_name(mut bytes: &[u8]) -> bool {
    let mut last = b'.';
    let mut label = 0_u8;
    if bytes.len() > 253 {
        return false;
    }
    while let [byte, rest @ ..] = bytes {
        let fits = match *byte {
            b'.' => last != b'.' && last != b'-',
            b'-' => last != b'.',
            byte => byte.is_ascii_alphanumeric(),
        };
        label = if *byte == b'.' { 0 } else { label.saturating_add(1) };
        if !fits || label > 63 {
            return false;
        }
        last = *byte;
        bytes = rest;
    }
    last.is_ascii_alphanumeric()
}

/// Without regard to ASCII case; `prefix` is in lower case.
const fn starts_with(name: &str, mut prefix: &[u8]) -> bool {
    let mut name = name.as_bytes();
    while let [expected, more @ ..] = prefix {
        match name {
            [byte, rest @ ..] if byte.to_ascii_lowercase() == *expected => name = rest,
            _ => return false,
        }
        prefix = more;
    }
    true
}

/// What a cookie says.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    /// It is to be removed.
    Removed,
    Text(&'a str),
    /// To be written in base64url.
    Bytes(&'a [u8]),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Bytes(bytes) => crate::base64url::encode(bytes, |piece| f.write_str(piece)),
        }
    }
}

/// A `Set-Cookie` header value; `Display` writes it. It sets the session cookie or removes it.
///
/// `Debug` leaves the value out.
#[derive(Clone, Copy)]
pub struct SetCookie<'a> {
    pub(crate) config: &'a CookieConfig,
    pub(crate) value: Value<'a>,
    /// Seconds until the absolute deadline.
    pub(crate) max_age: u64,
}

impl SetCookie<'_> {
    /// Whether it takes the cookie away.
    pub const fn is_removal(&self) -> bool {
        matches!(self.value, Value::Removed)
    }

    /// The cookie's value alone, empty if it is taken away: for hosts that write the header themselves. It is a secret.
    pub fn value(&self) -> impl fmt::Display + use<'_> {
        self.value
    }
}

impl fmt::Display for SetCookie<'_> {
    /// RFC 6265bis 4.1.1: `set-cookie-string = BWS cookie-pair *( BWS ";" OWS cookie-av )`, written with one space
    /// before each attribute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CookieConfig { name, path, domain, secure, same_site, persistent, partitioned } =
            *self.config;
        write!(f, "{name}={}; Path={path}", self.value)?;
        if let Some(domain) = domain {
            write!(f, "; Domain={domain}")?;
        }
        match self.value {
            // 5.6.2: a Max-Age of zero or less is the earliest time there is, which expires the cookie.
            Value::Removed => f.write_str("; Max-Age=0")?,
            // In the last second of a lifetime it still sets a cookie.
            _ if persistent => write!(f, "; Max-Age={}", self.max_age.clamp(1, MAX_AGE))?,
            _ => {}
        }
        if secure {
            f.write_str("; Secure")?;
        }
        f.write_str("; HttpOnly")?;
        f.write_str(match same_site {
            SameSite::Strict => "; SameSite=Strict",
            SameSite::Lax => "; SameSite=Lax",
            SameSite::None => "; SameSite=None",
        })?;
        f.write_str(if partitioned { "; Partitioned" } else { "" })
    }
}

/// Bytes of the longest header value with a token like this one.
pub(crate) fn longest(config: &CookieConfig, text: &[u8]) -> usize {
    let mut length = Length(0);
    if let Ok(text) = core::str::from_utf8(text) {
        let value = Value::Text(text);
        // Writing into a count does not fail.
        let _ = write!(length, "{}", SetCookie { config, value, max_age: MAX_AGE });
    }
    length.0
}

struct Length(usize);

impl fmt::Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.saturating_add(text.len());
        Ok(())
    }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetCookie")
            .field("name", &self.config.name)
            .field("removal", &self.is_removal())
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}
