//! Times, as people write and read them.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use sansession::Timestamp;

/// A text that is no time. It is not repeated.
#[derive(Debug)]
pub(crate) struct TimeError(&'static str);

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for TimeError {}

/// The clock of this machine.
pub(crate) fn now() -> Timestamp {
    from_unix(jiff::Timestamp::now()).unwrap_or(Timestamp::ZERO)
}

/// Reads seconds since 1970, milliseconds with `ms` behind them, or a date and time of RFC 3339.
pub(crate) fn timestamp(text: &str) -> Result<Timestamp, TimeError> {
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| !text.starts_with('+'));
    if let Some(millis) = text.strip_suffix("ms").and_then(number) {
        return Ok(Timestamp::from_millis(millis));
    }
    if let Some(secs) = number(text) {
        return Ok(Timestamp::from_secs(secs));
    }
    let date = text.parse().ok().and_then(from_unix);
    date.ok_or(TimeError("seconds since 1970, 1700000000000ms, or 2026-11-05T10:00:00Z"))
}

fn from_unix(time: jiff::Timestamp) -> Option<Timestamp> {
    u64::try_from(time.as_millisecond()).ok().map(Timestamp::from_millis)
}

/// Reads a span of at least a millisecond: seconds, or a number with its unit, such as `90m` or `30d`.
pub(crate) fn duration(text: &str) -> Result<Duration, TimeError> {
    let span = match text.parse::<u64>() {
        Ok(secs) => Some(Duration::from_secs(secs)),
        Err(_) => text.parse::<Span>().ok().and_then(exact),
    };
    let span = span.filter(|span| *span >= Duration::from_millis(1));
    span.ok_or(TimeError("a number of seconds, or 90m, 12h, 30d"))
}

/// Months and years have no length of their own.
fn exact(span: Span) -> Option<Duration> {
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

/// Writes a time for people: as a date, if the epoch is that of Unix, and as the number that it is.
pub(crate) fn show(time: Timestamp) -> String {
    let millis = time.as_millis();
    match i64::try_from(millis).ok().and_then(|it| jiff::Timestamp::from_millisecond(it).ok()) {
        Some(date) => format!("{date} ({millis} ms)"),
        // After the year 9999.
        None => format!("{millis} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_three_ways() {
        let read = |text| timestamp(text).ok().map(Timestamp::as_millis);
        let expected = Some(1_700_000_000_000);
        assert_eq!(read("1700000000"), expected);
        assert_eq!(read("1700000000000ms"), expected);
        assert_eq!(read("2023-11-14T22:13:20Z"), expected);
        assert_eq!(read("2023-11-14T23:13:20.5+01:00"), Some(1_700_000_000_500));
        assert_eq!(read("18446744073709551615"), Some(Timestamp::MAX.as_millis()));
        for wrong in
            ["", "ms", "-1", "+1", "1e9", "now", "1969-12-31T23:59:59Z", "2023-11-14", "1 s"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn spans_are_read_with_units() {
        let read = |text| duration(text).ok().map(|span| span.as_secs());
        assert_eq!(read("90"), Some(90));
        assert_eq!(read("90m"), Some(5400));
        assert_eq!(read("30d"), Some(30 * 86_400));
        assert_eq!(read("1h 30m"), Some(5400));
        for wrong in ["", "0", "0s", "-1h", "1mo", "1y", "soon"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_time_can_be_shown() {
        assert_eq!(
            show(Timestamp::from_millis(1_700_000_000_001)),
            "2023-11-14T22:13:20.001Z (1700000000001 ms)"
        );
        assert_eq!(show(Timestamp::MAX), "281474976710655 ms");
    }
}
