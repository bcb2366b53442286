//! The capability, as a host uses it: one trait object, whatever is behind it.

mod common;

mod everywhere;

mod in_cookies;

mod in_store;

mod wire;
