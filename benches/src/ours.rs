//! What this project's crates cost.

pub(crate) mod carried;
pub(crate) mod layer;
pub(crate) mod stored;
