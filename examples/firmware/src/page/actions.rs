//! What the forms do. Each action leaves a notice and sends the browser back to the page.

use core::fmt::{self, Write as _};
use core::ops::DerefMut;

use sansession::{Active, Slot, StoreKey, WriteError};
use sansession_device::Admission;

use crate::answer::Answer;
use crate::failure::Failure;
use crate::form::{NAME, field};
use crate::host::Host;
use crate::page::{NOTICE, PASSWORD, notes};
use crate::text::Text;

/// Bytes of the longest note.
const NOTE: usize = 300;

/// The throttle is asked before the password is looked at, and told when it was right.
pub(crate) fn login<H, B>(
    host: &H,
    session: &mut Active<B>,
    form: &[u8],
    source: &[u8],
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let mut user = [0; NAME];
    let user = field(form, "user", &mut user)?;
    if user.is_empty() {
        return done(session, format_args!("Please tell a name to log in with."));
    }
    if let Admission::Wait(wait) = host.admit(user, source) {
        return Err(Failure::Wait(wait));
    }
    let mut password = [0; NAME];
    if !is_password(field(form, "password", &mut password)?) {
        return Err(Failure::Password);
    }
    host.passed(user, source);
    session.login(user)?;
    done(session, format_args!("Hello {user}, you are logged in. The session has a new id."))
}

/// Takes the same time wherever the first wrong byte is.
fn is_password(given: &str) -> bool {
    let pairs = given.bytes().zip(PASSWORD.bytes());
    let differ = pairs.fold(0, |differ, (given, right)| differ | (given ^ right));
    given.len() == PASSWORD.len() && differ == 0
}

/// The notice after it is the first write of a new session: the old one is gone for good.
pub(crate) fn logout<B>(session: &mut Active<B>) -> Result<Answer, Failure>
where
    B: DerefMut<Target = Slot>,
{
    session.invalidate();
    done(session, format_args!("You are logged out. The session and its notes are gone."))
}

pub(crate) fn add_note<H, B>(
    host: &H,
    session: &mut Active<B>,
    form: &[u8],
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let mut note = [0; NOTE];
    let note = field(form, "note", &mut note)?;
    if note.is_empty() {
        return done(session, format_args!("There was nothing to note."));
    }
    notes::add(session, note, host.now())?;
    done(session, format_args!("Noted."))
}

pub(crate) fn delete_note<B>(session: &mut Active<B>, form: &[u8]) -> Result<Answer, Failure>
where
    B: DerefMut<Target = Slot>,
{
    let mut key = [0; NAME];
    if notes::delete(session, field(form, "key", &mut key)?) {
        done(session, format_args!("The note is deleted."))
    } else {
        done(session, format_args!("That note is gone already."))
    }
}

pub(crate) fn rotate<B>(session: &mut Active<B>) -> Result<Answer, Failure>
where
    B: DerefMut<Target = Slot>,
{
    if session.created().is_none() {
        let notice = "There was no session to give a new id to. Now there is one.";
        return done(session, format_args!("{notice}"));
    }
    session.regenerate();
    done(session, format_args!("The session has a new id."))
}

pub(crate) fn end_one<H, B>(
    host: &H,
    session: &mut Active<B>,
    form: &[u8],
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let Some(user) = session.principal() else {
        return done(session, format_args!("Log in to see and end your sessions."));
    };
    let mut handle = [0; NAME];
    let Ok(handle) = field(form, "handle", &mut handle)?.parse::<StoreKey>() else {
        return done(session, format_args!("You have no such session."));
    };
    if session.handle() == Some(handle) {
        session.invalidate();
        return done(session, format_args!("You ended this session: you are logged out here."));
    }
    if host.end_one(user, &handle)? {
        done(session, format_args!("The session is ended."))
    } else {
        done(session, format_args!("That session had ended already."))
    }
}

pub(crate) fn end_all<H, B>(host: &H, session: &mut Active<B>) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let Some(user) = session.principal() else {
        return done(session, format_args!("Log in to log out everywhere."));
    };
    let ended = host.end_others(user, session.handle().as_ref())?;
    session.invalidate();
    match ended {
        0 => done(session, format_args!("You are logged out; there was no other session.")),
        1 => done(session, format_args!("You are logged out here and in 1 other place.")),
        others => {
            done(session, format_args!("You are logged out here and in {others} other places."))
        }
    }
}

/// Back to the page, with a notice. Where a full session has no room for it, the action still counts.
fn done<B>(session: &mut Active<B>, notice: fmt::Arguments<'_>) -> Result<Answer, Failure>
where
    B: DerefMut<Target = Slot>,
{
    let mut buffer = [0; NAME + 80];
    let mut text = Text::new(&mut buffer);
    text.write_fmt(notice)?;
    match session.flash_str(NOTICE, text.as_str()) {
        Ok(()) | Err(WriteError::Full { .. }) => Ok(Answer::HOME),
        Err(error) => Err(error.into()),
    }
}
