//! A call as one JSON text, its answer as another.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contract::{CreateOptions, SessionId, SessionPlugin};
use crate::error::SessionError;

/// What can be called, with its arguments. Without `Debug`: ids and data are in it.
#[derive(Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", deny_unknown_fields)]
enum Call {
    Create { options: CreateOptions },
    Load { id: SessionId },
    Update { id: SessionId, data_json: String },
    Bind { id: SessionId, user_id: String },
    Regenerate { id: SessionId },
    Destroy { id: SessionId },
    DestroyAll { user_id: String },
    Sweep { limit: usize },
}

/// Makes the call that `request` describes, and describes its answer.
///
/// | request | `ok` |
/// |---|---|
/// | `{"call":"create","options":{"user_id":"ada","data_json":"{}","lifetime":60}}` | the id; each option may be left out |
/// | `{"call":"load","id":"..."}` | null, or an object of `id`, `user_id`, `data_json`, `created_at`, `expires_at` |
/// | `{"call":"update","id":"...","data_json":"{}"}` | the id |
/// | `{"call":"bind","id":"...","user_id":"ada"}` | the id |
/// | `{"call":"regenerate","id":"..."}` | the id |
/// | `{"call":"destroy","id":"..."}` | whether there was one |
/// | `{"call":"destroy_all","user_id":"ada"}` | how many |
/// | `{"call":"sweep","limit":256}` | how many |
///
/// The answer is `{"ok": ...}`, or `{"error": {"kind": "not_found"}}` with the kinds of [`SessionError`] and, for most, a
/// `message`. A request that is not understood is `invalid`.
pub async fn call(plugin: &dyn SessionPlugin, request: &str) -> String {
    let answer = match serde_json::from_str(request) {
        Ok(call) => carry_out(plugin, call).await,
        // The parser's own words may quote the request.
        Err(error) => Err(SessionError::Invalid(format!(
            "the call is not understood, at line {} column {}",
            error.line(),
            error.column()
        ))),
    };
    match answer {
        Ok(value) => json!({ "ok": value }),
        Err(error) => json!({ "error": error }),
    }
    .to_string()
}

async fn carry_out(plugin: &dyn SessionPlugin, call: Call) -> Result<Value, SessionError> {
    Ok(match call {
        Call::Create { options } => value(&plugin.create(options).await?),
        Call::Load { id } => value(&plugin.load(&id).await?),
        Call::Update { id, data_json } => value(&plugin.update(&id, &data_json).await?),
        Call::Bind { id, user_id } => value(&plugin.bind(&id, &user_id).await?),
        Call::Regenerate { id } => value(&plugin.regenerate(&id).await?),
        Call::Destroy { id } => value(&plugin.destroy(&id).await?),
        Call::DestroyAll { user_id } => value(&plugin.destroy_all(&user_id).await?),
        Call::Sweep { limit } => value(&plugin.sweep(limit).await?),
    })
}

fn value(answer: &impl Serialize) -> Value {
    json!(answer)
}
