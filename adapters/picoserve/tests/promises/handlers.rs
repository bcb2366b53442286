//! The handlers of the site.

use picoserve::response::{IntoResponse, StatusCode};
use sansession::Verdict;
use sansession_picoserve::{Session, SessionFailure, State};

use crate::site::Place;

pub(crate) async fn ping() -> impl IntoResponse {
    "pong"
}

/// Whose session it is, how often it was counted up, and what was left for it.
pub(crate) async fn look(session: Session) -> Result<String, SessionFailure> {
    let visits = session.get::<u32>("visits")?.unwrap_or_default();
    session.with(|active| {
        let notice = active.flashed::<&str>("notice")?.unwrap_or("nothing").to_owned();
        let who = active.principal().unwrap_or("nobody");
        Ok(format!("{who} {visits} {notice}"))
    })?
}

pub(crate) async fn verdict(session: Session) -> Result<&'static str, SessionFailure> {
    Ok(session.verdict().map(Verdict::name)?)
}

pub(crate) async fn count(session: Session) -> Result<&'static str, SessionFailure> {
    let visits = session.get::<u32>("visits")?.unwrap_or_default() + 1;
    session.insert("visits", &visits)?;
    session.flash_str("notice", "counted")?;
    Ok("page")
}

pub(crate) async fn login(name: String, session: Session) -> Result<&'static str, SessionFailure> {
    session.login(&name)?;
    session.flash_str("notice", "welcome")?;
    Ok("page")
}

pub(crate) async fn logout(session: Session) -> Result<&'static str, SessionFailure> {
    session.invalidate()?;
    Ok("page")
}

pub(crate) async fn regenerate(session: Session) -> Result<&'static str, SessionFailure> {
    session.regenerate()?;
    Ok("page")
}

/// Two askers, one exchange.
pub(crate) async fn twice(one: Session, other: Session) -> Result<String, SessionFailure> {
    one.insert("visits", &41_u32)?;
    Ok(format!("{:?}", other.get::<u32>("visits")?))
}

/// Uses the session inside of its own `with`.
pub(crate) async fn nested(session: Session) -> Result<String, SessionFailure> {
    Ok(session.with(|_| session.contains("visits").unwrap_err().to_string())?)
}

/// More than a slot holds.
pub(crate) async fn hoard(session: Session) -> Result<&'static str, SessionFailure> {
    session.insert("pile", &[7_u8; 200][..])?;
    session.insert("heap", &[7_u8; 200][..])?;
    Ok("page")
}

/// Opens the session, waits, and counts.
pub(crate) async fn slow(
    State(place): State<&'static Place>,
    session: Session,
) -> Result<&'static str, SessionFailure> {
    place.wait().await;
    count(session).await
}

/// Leaves a copy of the session behind.
pub(crate) async fn leave(
    State(place): State<&'static Place>,
    session: Session,
) -> Result<&'static str, SessionFailure> {
    place.left.set(Some(session));
    count(session).await
}

/// Asks for all that a failed handler must not get, and fails.
pub(crate) async fn fail(session: Session) -> Result<impl IntoResponse, SessionFailure> {
    session.insert("visits", &99_u32)?;
    session.flash_str("notice", "lost")?;
    session.login("mallory")?;
    Ok((StatusCode::INTERNAL_SERVER_ERROR, "failed"))
}

pub(crate) async fn fail_to_log_out(session: Session) -> Result<impl IntoResponse, SessionFailure> {
    session.invalidate()?;
    session.insert("visits", &99_u32)?;
    Ok((StatusCode::SERVICE_UNAVAILABLE, "failed"))
}

/// An answer with headers of its own.
pub(crate) async fn adorned(session: Session) -> Result<impl IntoResponse, SessionFailure> {
    count(session).await?;
    Ok((
        ("Cache-Control", "public, max-age=60"),
        ("Vary", "Accept"),
        ("Set-Cookie", "theme=dark"),
        "page",
    ))
}

pub(crate) async fn csrf_token(session: Session) -> Result<String, SessionFailure> {
    Ok(session.csrf_token()?.as_str().to_owned())
}

pub(crate) async fn csrf_verify(
    token: String,
    session: Session,
) -> Result<&'static str, SessionFailure> {
    Ok(if session.verify_csrf(&token)? { "good" } else { "bad" })
}
