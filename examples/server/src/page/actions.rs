//! What the forms do. Each action leaves a notice and sends the browser back to the page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use sansession::WriteError;
use sansession_tower::{Session, SessionError};

use crate::app::App;
use crate::page::form::Checked;
use crate::page::view::NOTICE;
use crate::page::{Problem, notes};

type Done = Result<Redirect, Problem>;

pub(crate) async fn login(form: Checked) -> Done {
    let user = form.field("user");
    if user.is_empty() {
        return done(&form.session, "Please tell a name to log in with.");
    }
    form.session.login(user)?;
    done(&form.session, &format!("Hello {user}, you are logged in. The session has a new id."))
}

/// The notice after it is the first write of a new session: the old one is gone for good.
pub(crate) async fn logout(form: Checked) -> Done {
    form.session.invalidate()?;
    done(&form.session, "You are logged out. The session and its notes are gone.")
}

pub(crate) async fn add_note(form: Checked) -> Done {
    let note = form.field("note");
    if note.is_empty() {
        return done(&form.session, "There was nothing to note.");
    }
    notes::add(&form.session, note)?;
    done(&form.session, "Noted.")
}

pub(crate) async fn delete_note(form: Checked) -> Done {
    let deleted = notes::delete(&form.session, form.field("key"))?;
    done(&form.session, if deleted { "The note is deleted." } else { "That note is gone already." })
}

pub(crate) async fn rotate(form: Checked) -> Done {
    if form.session.created()?.is_none() {
        return done(&form.session, "There was no session to give a new id to. Now there is one.");
    }
    form.session.regenerate()?;
    done(&form.session, "The session has a new id.")
}

pub(crate) async fn end_one(State(app): State<Arc<App>>, form: Checked) -> Done {
    let principals = app.principals()?;
    let session = &form.session;
    let Some(user) = session.principal()? else {
        return done(session, "Log in to see and end your sessions.");
    };
    let Ok(handle) = form.field("handle").parse() else {
        return done(session, "You have no such session.");
    };
    if session.handle()? == Some(handle) {
        session.invalidate()?;
        return done(session, "You ended this session: you are logged out here.");
    }
    let ended = principals.end(&user, &handle).await?;
    done(session, if ended { "The session is ended." } else { "That session had ended already." })
}

pub(crate) async fn end_all(State(app): State<Arc<App>>, form: Checked) -> Done {
    let principals = app.principals()?;
    let session = &form.session;
    let Some(user) = session.principal()? else {
        return done(session, "Log in to log out everywhere.");
    };
    let own = session.handle()?;
    let ended = principals.end_others(&user, own.as_ref()).await?;
    session.invalidate()?;
    done(
        session,
        &match ended {
            0 => String::from("You are logged out; there was no other session."),
            1 => String::from("You are logged out here and in 1 other place."),
            others => format!("You are logged out here and in {others} other places."),
        },
    )
}

/// Back to the page, with a notice. Where a full session has no room for it, the action still counts.
fn done(session: &Session, notice: &str) -> Done {
    match session.flash_str(NOTICE, notice) {
        Ok(()) | Err(SessionError::Write(WriteError::Full { .. })) => Ok(Redirect::to("/")),
        Err(error) => Err(error.into()),
    }
}
