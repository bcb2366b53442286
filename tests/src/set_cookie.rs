//! Reads a `Set-Cookie` value by the grammar that servers must keep to, and by nothing more lenient.
//!
//! RFC 6265bis 4.1.1, with the white space exactly as this project writes it: none before `;` and one space after.

/// A `Set-Cookie` value that fits the grammar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Emitted {
    /// The cookie's name.
    pub name: String,
    /// Its value; empty when it is removed.
    pub value: String,
    /// The `Path` attribute.
    pub path: Option<String>,
    /// The `Domain` attribute.
    pub domain: Option<String>,
    /// The `Max-Age` attribute, in seconds.
    pub max_age: Option<u64>,
    /// Whether `Secure` is there.
    pub secure: bool,
    /// Whether `HttpOnly` is there.
    pub http_only: bool,
    /// The `SameSite` attribute.
    pub same_site: Option<SameSite>,
    /// Whether `Partitioned` is there (an extension-av).
    pub partitioned: bool,
}

/// The values that the grammar has for `SameSite`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SameSite {
    /// `Strict`.
    Strict,
    /// `Lax`.
    Lax,
    /// `None`.
    None,
}

impl Emitted {
    /// Reads `text`.
    ///
    /// # Errors
    /// Says which rule of the grammar is broken.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split("; ");
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').ok_or("cookie-pair without =")?;
        let mut cookie = Self {
            name: check(name, 1, tchar, "cookie-name")?,
            value: check(value, 0, cookie_octet, "cookie-value")?,
            path: None,
            domain: None,
            max_age: None,
            secure: false,
            http_only: false,
            same_site: None,
            partitioned: false,
        };
        // "Servers MUST NOT produce two attributes with the same name in the same set-cookie-string."
        let mut seen = Vec::new();
        for attribute in parts {
            let (key, value) = match attribute.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (attribute, None),
            };
            if seen.contains(&key) {
                return Err(format!("attribute {key:?} twice"));
            }
            seen.push(key);
            cookie.attribute(key, value)?;
        }
        Ok(cookie)
    }

    fn attribute(&mut self, key: &str, value: Option<&str>) -> Result<(), String> {
        match (key, value) {
            ("Path", Some(value)) => self.path = Some(check(value, 0, av_octet, "path-value")?),
            ("Domain", Some(value)) => self.domain = Some(subdomain(value)?),
            ("Max-Age", Some(value)) => {
                let digits = check(value, 1, |byte| byte.is_ascii_digit(), "max-age-av")?;
                self.max_age = Some(digits.parse().map_err(|_| "max-age-av out of range")?);
            }
            ("Secure", None) => self.secure = true,
            ("HttpOnly", None) => self.http_only = true,
            ("Partitioned", None) => self.partitioned = true,
            ("SameSite", Some("Strict")) => self.same_site = Some(SameSite::Strict),
            ("SameSite", Some("Lax")) => self.same_site = Some(SameSite::Lax),
            ("SameSite", Some("None")) => self.same_site = Some(SameSite::None),
            _ => return Err(format!("attribute {key:?} with {value:?}")),
        }
        Ok(())
    }
}

fn check(
    text: &str,
    least: usize,
    fits: impl Fn(u8) -> bool,
    rule: &str,
) -> Result<String, String> {
    if text.len() < least || !text.bytes().all(fits) {
        return Err(format!("{rule}: {text:?}"));
    }
    Ok(text.to_owned())
}

/// RFC 9110 5.6.2.
fn tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `%x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E`.
fn cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

/// `%x20-3A / %x3C-7E`.
fn av_octet(byte: u8) -> bool {
    matches!(byte, 0x20..=0x3a | 0x3c..=0x7e)
}

/// RFC 1034 3.5 as enhanced by RFC 1123 2.1: labels of 1 to 63 letters, digits and inner hyphens, joined by dots.
fn subdomain(text: &str) -> Result<String, String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !text.split('.').all(label) {
        return Err(format!("domain-value: {text:?}"));
    }
    Ok(text.to_owned())
}
