//! Messages for the next request, shown once.

use sansession::Active;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::SessionError;
use crate::session::Session;

/// Flash messages.
impl Session {
    /// Leaves a message for the next request. It cannot be read in this one.
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn flash<T: Serialize + ?Sized>(&self, key: &str, message: &T) -> Result<(), SessionError> {
        Ok(self.with(|active| active.flash(key, message))??)
    }

    /// Leaves a string for the next request.
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn flash_str(&self, key: &str, message: &str) -> Result<(), SessionError> {
        Ok(self.with(|active| active.flash_str(key, message))??)
    }

    /// Shows a message in this request only; nothing is stored, unless it is [kept](Session::keep).
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn flash_now<T: Serialize + ?Sized>(
        &self,
        key: &str,
        message: &T,
    ) -> Result<(), SessionError> {
        Ok(self.with(|active| active.flash_now(key, message))??)
    }

    /// Reads a message that the previous request left, or this one [showed](Session::flash_now). A string is read in
    /// [`Session::with`].
    ///
    /// # Errors
    /// [`SessionError::Decode`] if it was left as another type.
    pub fn flashed<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        Ok(self.with(|active| active.flashed(key))??)
    }

    /// Leaves a message of this request for the next one as well; false if there is none.
    ///
    /// # Errors
    /// [`SessionError::Write`] if a message of [`flash_now`](Session::flash_now) does not fit.
    pub fn keep(&self, key: &str) -> Result<bool, SessionError> {
        Ok(self.with(|active| active.keep(key))??)
    }

    /// Leaves all messages of this request for the next one as well.
    ///
    /// # Errors
    /// [`SessionError::Write`] at the first message of [`flash_now`](Session::flash_now) that does not fit.
    pub fn reflash(&self) -> Result<(), SessionError> {
        Ok(self.with(Active::reflash)??)
    }

    /// Uses a message up, read or not, and takes back one that this request left; false if there is none.
    pub fn discard(&self, key: &str) -> Result<bool, SessionError> {
        Ok(self.with(|active| active.discard(key))?)
    }
}
