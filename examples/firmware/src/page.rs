//! The page: plain HTML and CSS, for people. Every form carries the CSRF token, and every action answers with a redirect
//! and a flash notice.

mod actions;

mod html;

mod notes;

use core::fmt;
use core::ops::DerefMut;

use sansession::{Active, Slot};

use crate::answer::{Answer, Content};
use crate::failure::Failure;
use crate::form::field;
use crate::host::Host;
use crate::route::Action;
use crate::text::Text;

/// The same look as on a server, packed by the build script.
pub(crate) const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// Name of the hidden input that carries the token.
const TOKEN: &str = "csrf_token";
/// The flash message that every action leaves.
const NOTICE: &str = "notice";
/// The value that counts page views.
const VISITS: &str = "visits";
/// The password of the demo. A product has none that is the same on all devices, and keeps a hash that is made for
/// passwords.
const PASSWORD: &str = "demo";

/// `GET /`
pub(crate) fn home<H, B>(
    host: &H,
    session: &mut Active<B>,
    text: &mut Text<'_>,
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let visits = match session.created() {
        Some(_) => count_visit(session),
        None => 0,
    };
    // After the last write: writes may change it.
    let csrf = host.csrf_token(session)?;
    html::home(host, session, visits, &csrf, text)?;
    Ok(Answer::of(200, Content::Html))
}

/// A form: its token is checked before anything is done.
pub(crate) fn act<H, B>(
    host: &H,
    session: &mut Active<B>,
    action: Action,
    form: &[u8],
    source: &[u8],
) -> Result<Answer, Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let mut token = [0; 96];
    if !field(form, TOKEN, &mut token).is_ok_and(|token| host.verify_csrf(session, token)) {
        return Err(Failure::Csrf);
    }
    match action {
        Action::Login => actions::login(host, session, form, source),
        Action::Logout => actions::logout(session),
        Action::AddNote => actions::add_note(host, session, form),
        Action::DeleteNote => actions::delete_note(session, form),
        Action::Rotate => actions::rotate(session),
        Action::EndOne => actions::end_one(host, session, form),
        Action::EndAll => actions::end_all(host, session),
    }
}

/// A page that says what is wrong, and leads back.
pub(crate) fn problem(failure: Failure, text: &mut Text<'_>) -> fmt::Result {
    let (heading, advice) = failure.told();
    html::problem(heading, advice, text)
}

/// Counts, as long as a full session has room for it.
fn count_visit<B: DerefMut<Target = Slot>>(session: &mut Active<B>) -> u32 {
    let before = session.get::<&str>(VISITS).ok().flatten();
    let before = before.and_then(|text| text.parse().ok()).unwrap_or(0_u32);
    let visits = before.saturating_add(1);
    let mut digits = [0; 10];
    let mut text = Text::new(&mut digits);
    if fmt::Write::write_fmt(&mut text, format_args!("{visits}")).is_ok() {
        let _ = session.insert_str(VISITS, text.as_str());
    }
    visits
}
