//! Text as the page shows it: escaped, and times as a person says them.

use std::fmt::{self, Display, Formatter, Write};
use std::time::Duration;

use sansession::Timestamp;

/// Text that is safe between tags and inside of quoted attributes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            char => f.write_char(char),
        })
    }
}

/// A span in a unit that says enough.
pub(crate) struct Span(pub(crate) Duration);

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs();
        let (number, unit) = match secs {
            0..60 => (secs, "s"),
            60..3_600 => (secs / 60, "min"),
            3_600..172_800 => (secs / 3_600, "h"),
            // Seven days that have just begun are seven.
            _ => (secs.saturating_add(43_200) / 86_400, "days"),
        };
        write!(f, "{number} {unit}")
    }
}

/// How long ago it was, seen from the second.
pub(crate) struct Ago(pub(crate) Timestamp, pub(crate) Timestamp);

impl Display for Ago {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.1.since(self.0) {
            span if span < Duration::from_secs(2) => f.write_str("just now"),
            span => write!(f, "{} ago", Span(span)),
        }
    }
}

/// Time of day, UTC.
pub(crate) struct Clock(pub(crate) Timestamp);

impl Display for Clock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs() % 86_400;
        write!(f, "{:02}:{:02}:{:02}", secs / 3_600, secs / 60 % 60, secs % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_tag_or_an_attribute() {
        let hostile = r#"<script>alert("1" & '2')</script>"#;
        let shown = "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;";
        assert_eq!(Escaped(hostile).to_string(), shown);
        assert_eq!(Escaped("grüß 🦀\u{0}").to_string(), "grüß 🦀\u{0}");
    }

    #[test]
    fn times_are_said_as_a_person_says_them() {
        let ago = |secs| Ago(Timestamp::ZERO, Timestamp::from_secs(secs)).to_string();
        assert_eq!(
            [0, 1, 59, 60, 7_199, 172_799, 172_800].map(ago),
            ["just now", "just now", "59 s ago", "1 min ago", "1 h ago", "47 h ago", "2 days ago"]
        );
        assert_eq!(Clock(Timestamp::from_secs(86_400 * 9 + 3_723)).to_string(), "01:02:03");
    }
}
