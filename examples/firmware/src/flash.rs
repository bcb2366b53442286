//! What a device keeps in flash beside its sessions, and how they share the part.

mod part;

mod journal;

mod secret;

pub use journal::Journal;
pub use part::Part;
pub use secret::{Secret, SecretError};
