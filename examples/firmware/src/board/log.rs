//! The log: lines of text, wherever the board writes them.

/// Writes a line. Never an id, a key or a record.
#[macro_export]
macro_rules! log {
    ($($text:tt)*) => {{
        // A line that nobody reads is no reason to stop.
        let _ = core::fmt::Write::write_fmt(&mut $crate::board::Log, format_args!($($text)*));
        let _ = core::fmt::Write::write_str(&mut $crate::board::Log, "\r\n");
    }};
}
