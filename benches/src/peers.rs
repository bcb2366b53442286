//! What others cost who do the same work, each used as the framework that it comes with uses it.

pub(crate) mod actix;
pub(crate) mod jar;
pub(crate) mod layer;
pub(crate) mod tower_sessions;
