//! Data that stays until it is taken out.

use sansession::Active;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::SessionError;
use crate::session::Session;

/// Data. Values that are borrowed, and the keys, are read in [`Session::with`].
impl Session {
    /// Reads the value under `key`.
    ///
    /// # Errors
    /// [`SessionError::Decode`] if it was written as another type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, SessionError> {
        Ok(self.with(|active| active.get(key))??)
    }

    /// Writes a value.
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn insert<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<(), SessionError> {
        Ok(self.with(|active| active.insert(key, value))??)
    }

    /// Writes a string, cheaper than [`insert`](Session::insert) and to the same bytes.
    ///
    /// # Errors
    /// [`SessionError::Write`]; the session is as before.
    pub fn insert_str(&self, key: &str, value: &str) -> Result<(), SessionError> {
        Ok(self.with(|active| active.insert_str(key, value))??)
    }

    /// Takes a key out; false, and nothing to store, if it is not there.
    pub fn remove(&self, key: &str) -> Result<bool, SessionError> {
        Ok(self.with(|active| active.remove(key))?)
    }

    /// Takes all data out. Flash messages, principal and id stay.
    pub fn clear(&self) -> Result<(), SessionError> {
        Ok(self.with(Active::clear)?)
    }

    /// Whether there is a value under `key`.
    pub fn contains(&self, key: &str) -> Result<bool, SessionError> {
        Ok(self.with(|active| active.contains(key))?)
    }
}
