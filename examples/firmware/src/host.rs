//! What the application asks of the device below it.

use core::ops::DerefMut;

use sansession::{Active, CsrfToken, Slot, StoreKey, Timestamp};
use sansession_device::Admission;
use sansession_store::{ErrorKind, Listed};

use crate::failure::Failure;

/// Tells the time.
pub trait Time {
    /// The time. It never runs backwards.
    fn now(&self) -> Timestamp;
}

/// What the application asks of the device below it. Each call answers at once.
pub trait Host {
    /// The time of this request.
    fn now(&self) -> Timestamp;

    /// A token for the forms of a session.
    ///
    /// # Errors
    /// [`Failure::Entropy`].
    fn csrf_token<B>(&self, session: &mut Active<B>) -> Result<CsrfToken, Failure>
    where
        B: DerefMut<Target = Slot>;

    /// Whether a form's token was made for the session.
    fn verify_csrf<B>(&self, session: &Active<B>, token: &str) -> bool
    where
        B: DerefMut<Target = Slot>;

    /// Calls `found` for each living session of `user`.
    ///
    /// # Errors
    /// The store's.
    fn sessions(&self, user: &str, found: impl FnMut(Listed)) -> Result<(), ErrorKind>;

    /// Ends the session called `handle`; false if it is not one of `user`'s.
    ///
    /// # Errors
    /// The store's.
    fn end_one(&self, user: &str, handle: &StoreKey) -> Result<bool, ErrorKind>;

    /// Ends all sessions of `user` but `own`, and says how many.
    ///
    /// # Errors
    /// The store's.
    fn end_others(&self, user: &str, own: Option<&StoreKey>) -> Result<usize, ErrorKind>;

    /// Whether a password may be tried for `user` by who sends from `source`.
    fn admit(&self, user: &str, source: &[u8]) -> Admission;

    /// Says that the password was right.
    fn passed(&self, user: &str, source: &[u8]);
}
