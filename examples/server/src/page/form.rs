//! A form that was sent: read, and its CSRF token checked, before an action sees it.

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use sansession_tower::Session;

use crate::page::Problem;

/// Name of the hidden input that carries the token.
pub(crate) const TOKEN: &str = "csrf_token";

/// A form whose token was made for the session that the browser has.
pub(crate) struct Checked {
    pub(crate) session: Session,
    fields: Vec<(String, String)>,
}

impl Checked {
    /// A field's text, without white space around it; empty if there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        value(&self.fields, name).trim()
    }
}

fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
}

impl<S: Send + Sync> FromRequest<S> for Checked {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, state).await;
        let session = session.map_err(IntoResponse::into_response)?;
        let form = Form::from_request(Request::from_parts(parts, body), state).await;
        let Form::<Vec<(String, String)>>(fields) =
            form.map_err(|rejection| Problem::Form(rejection.status()).into_response())?;
        match session.verify_csrf(value(&fields, TOKEN)) {
            Ok(true) => Ok(Self { session, fields }),
            Ok(false) => Err(Problem::Csrf.into_response()),
            Err(error) => Err(Problem::Session(error).into_response()),
        }
    }
}
