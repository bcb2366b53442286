//! Spans in whole milliseconds, without the arithmetic of 128 bits that small processors have in software only.

use core::time::Duration;

/// Rounded down; saturates.
pub(crate) fn millis(span: Duration) -> u64 {
    span.as_secs().saturating_mul(1000).saturating_add(u64::from(span.subsec_millis()))
}
