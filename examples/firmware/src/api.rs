//! The JSON interface, for tools and tests. No CSRF check guards it, and the page says so.
//!
//! Bodies are UTF-8 text of any type; values are strings; times are whole seconds. Answers are 204 unless they carry
//! something.

pub(crate) mod view;

use core::fmt::Write as _;
use core::ops::DerefMut;

use sansession::{Active, Slot, StoreKey};

use crate::answer::{Answer, Content};
use crate::failure::Failure;
use crate::form::{NAME, key};
use crate::host::Host;
use crate::route::Call;
use crate::text::Text;

/// Does what a call asks for.
pub(crate) fn call<H, B>(
    host: &H,
    session: &mut Active<B>,
    call: &Call<'_>,
    body: &[u8],
    text: &mut Text<'_>,
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let mut name = [0; NAME];
    match call {
        Call::Show => return view::show(session, text),
        Call::Write(at) | Call::Slow(_, at) => {
            session.insert_str(key(at, &mut name)?, utf8(body)?)?;
        }
        Call::Remove(at) => {
            session.remove(key(at, &mut name)?);
        }
        Call::Flash(at) => session.flash_str(key(at, &mut name)?, utf8(body)?)?,
        Call::FlashNow(at) => {
            session.flash_now(key(at, &mut name)?, utf8(body)?)?;
            return view::show(session, text);
        }
        Call::Keep(at) => {
            session.keep(key(at, &mut name)?)?;
        }
        Call::Reflash => session.reflash()?,
        Call::Login => session.login(utf8(body)?)?,
        Call::Regenerate => session.regenerate(),
        Call::Invalidate => session.invalidate(),
        Call::List => return list(host, session, text),
        Call::EndOne(handle) => end_one(host, session, handle)?,
        Call::EndAll => end_all(host, session)?,
    }
    Ok(Answer::DONE)
}

fn utf8(body: &[u8]) -> Result<&str, Failure> {
    core::str::from_utf8(body).map_err(|_| Failure::Utf8)
}

fn list<H, B>(host: &H, session: &Active<B>, text: &mut Text<'_>) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let user = session.principal().ok_or(Failure::Principal)?;
    let own = session.handle();
    let mut written = text.write_char('[');
    let mut separator = "";
    host.sessions(user, |found| {
        let row = write!(
            text,
            "{separator}{{\"handle\":\"{}\",\"created_at\":{},\"seen_at\":{},\"current\":{}}}",
            found.handle,
            found.created.as_secs(),
            found.seen.as_secs(),
            own == Some(found.handle),
        );
        written = written.and(row);
        separator = ",";
    })?;
    written.and_then(|()| text.write_char(']'))?;
    Ok(Answer::of(200, Content::Json))
}

fn end_one<H, B>(host: &H, session: &mut Active<B>, handle: &str) -> Result<(), Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let user = session.principal().ok_or(Failure::Principal)?;
    let handle: StoreKey = handle.parse().map_err(|_| Failure::NotFound)?;
    if session.handle() == Some(handle) {
        session.invalidate();
        Ok(())
    } else if host.end_one(user, &handle)? {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// All others at once, the caller's own with its cookie.
fn end_all<H, B>(host: &H, session: &mut Active<B>) -> Result<(), Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let user = session.principal().ok_or(Failure::Principal)?;
    host.end_others(user, session.handle().as_ref())?;
    session.invalidate();
    Ok(())
}
