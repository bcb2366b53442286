//! The session as JSON. Never an id.

use core::fmt::{self, Write as _};
use core::ops::DerefMut;

use sansession::{Active, Revision, Slot, Timestamp};

use crate::answer::{Answer, Content};
use crate::failure::Failure;
use crate::form::NAME;
use crate::text::{Json, Number, Text};

/// `GET /api/session`
pub(crate) fn show<B>(session: &mut Active<B>, text: &mut Text<'_>) -> Result<Answer, Failure>
where
    B: DerefMut<Target = Slot>,
{
    let verdict = session.verdict().name();
    write!(text, "{{\"verdict\":\"{verdict}\",\"principal\":{}", Json(session.principal()))?;
    data(session, text)?;
    flash(session, text)?;
    write!(
        text,
        ",\"revision\":{},\"created_at\":{},\"expires_at\":{}}}",
        Number(session.revision().map(Revision::get)),
        Number(session.created().map(Timestamp::as_secs)),
        Number(session.deadline().map(Timestamp::as_secs)),
    )?;
    Ok(Answer::of(200, Content::Json))
}

fn data<B>(session: &Active<B>, text: &mut Text<'_>) -> fmt::Result
where
    B: DerefMut<Target = Slot>,
{
    text.write_str(",\"data\":{")?;
    let mut separator = "";
    for key in session.keys() {
        let value = session.get::<&str>(key).ok().flatten();
        write!(text, "{separator}{}:{}", Json(Some(key)), Json(value))?;
        separator = ",";
    }
    text.write_char('}')
}

fn flash<B>(session: &mut Active<B>, text: &mut Text<'_>) -> fmt::Result
where
    B: DerefMut<Target = Slot>,
{
    text.write_str(",\"flash\":{")?;
    let mut separator = "";
    let mut written = Ok(());
    messages(session, |key, message| {
        let one = write!(text, "{separator}{}:{}", Json(Some(key)), Json(message));
        written = written.and(one);
        separator = ",";
    });
    written?;
    text.write_char('}')
}

/// Reads every message that can be read in this request.
pub(crate) fn messages<B>(session: &mut Active<B>, mut found: impl FnMut(&str, Option<&str>))
where
    B: DerefMut<Target = Slot>,
{
    let mut place = 0;
    let mut buffer = [0; NAME];
    loop {
        // Reading changes the session, so its key is copied first.
        let Some(key) = session.flash_keys().nth(place) else { return };
        let Some(name) = buffer.get_mut(..key.len()) else { return };
        name.copy_from_slice(key.as_bytes());
        let key = core::str::from_utf8(name).unwrap_or_default();
        found(key, session.flashed::<&str>(key).ok().flatten());
        place += 1;
    }
}
