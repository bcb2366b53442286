//! Where the demo's page and its JSON interface are served: by a process here, or by a device.

/// A demo that runs.
pub trait Site {
    /// Its address, without a slash at the end.
    fn base(&self) -> &str;
}
