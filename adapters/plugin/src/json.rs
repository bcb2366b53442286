//! What a session holds, as JSON text.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::error::SessionError;

/// The data of a session that holds nothing: `{}`.
#[must_use]
pub fn empty_data_json() -> String {
    "{}".to_owned()
}

/// A JSON object of these members, for callers without a JSON library. Of two with one name the last stays; the order
/// is that of the names.
#[must_use]
pub fn encode_data_map<K, V>(members: impl IntoIterator<Item = (K, V)>) -> String
where
    K: Into<String>,
    V: Into<String>,
{
    let members =
        members.into_iter().map(|(name, value)| (name.into(), Value::String(value.into())));
    Value::Object(members.collect::<Map<_, _>>()).to_string()
}

/// Takes any JSON text, and nothing else.
pub(crate) fn check(data_json: &str) -> Result<(), SessionError> {
    match serde_json::from_str::<IgnoredAny>(data_json) {
        Ok(_) => Ok(()),
        Err(error) => Err(SessionError::Invalid(format!("the data are no JSON: {error}"))),
    }
}
