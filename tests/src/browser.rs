//! A browser with a cookie jar, in virtual time.

use sansession::Timestamp;

use crate::set_cookie::{Emitted, SameSite};

/// Keeps cookies as RFC 6265bis 5.7 tells browsers to, for one host and the path `/`, over HTTPS.
///
/// It takes only what the strict grammar and the prefix rules allow, and panics on anything else: a browser would drop
/// such a cookie silently, and the user would be logged out.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    jar: Vec<Kept>,
}

#[derive(Clone, Debug)]
struct Kept {
    name: String,
    value: String,
    expires: Option<Timestamp>,
}

impl Browser {
    /// A browser that has never been here.
    pub fn new() -> Self {
        Self::default()
    }

    /// A browser that only holds `name=value`.
    pub fn with(name: &str, value: &str) -> Self {
        let mut browser = Self::new();
        browser.plant(name, value);
        browser
    }

    /// Puts a cookie in front, as a neighbour that can set cookies for this host would (promise H3).
    pub fn plant(&mut self, name: &str, value: &str) {
        self.jar.insert(0, Kept { name: name.into(), value: value.into(), expires: None });
    }

    /// The `Cookie` header at `now`; `None` if the jar has nothing to send.
    pub fn header(&mut self, now: Timestamp) -> Option<String> {
        self.jar.retain(|cookie| cookie.expires.is_none_or(|expires| now < expires));
        let pairs: Vec<_> =
            self.jar.iter().map(|Kept { name, value, .. }| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// The value of the cookie called `name`.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value.as_str())
    }

    /// Takes in a `Set-Cookie` header at `now`.
    ///
    /// # Panics
    /// If a browser would not do what the server meant by it.
    pub fn receive(&mut self, set_cookie: &str, now: Timestamp) {
        let cookie =
            Emitted::parse(set_cookie).unwrap_or_else(|rule| panic!("{rule} in {set_cookie}"));
        let name = cookie.name.to_ascii_lowercase();
        assert!(
            cookie.name.len() + cookie.value.len() <= 4096,
            "name and value are too long: {set_cookie}"
        );
        assert_eq!(
            cookie.path.as_deref(),
            Some("/"),
            "not for the path of the requests: {set_cookie}"
        );
        if name.starts_with("__host-") {
            assert!(cookie.secure && cookie.domain.is_none(), "__Host- rules: {set_cookie}");
        }
        let cross_site = cookie.same_site == Some(SameSite::None) || cookie.partitioned;
        if name.starts_with("__secure-") || cross_site {
            assert!(cookie.secure, "needs Secure: {set_cookie}");
        }
        assert!(cookie.http_only, "scripts can read it: {set_cookie}");
        self.jar.retain(|kept| kept.name != cookie.name);
        if cookie.max_age == Some(0) {
            return;
        }
        let expires = cookie.max_age.map(|secs| now.after(core::time::Duration::from_secs(secs)));
        self.jar.push(Kept { name: cookie.name, value: cookie.value, expires });
    }
}
