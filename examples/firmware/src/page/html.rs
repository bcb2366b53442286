//! The page as HTML. Whatever comes from outside goes through [`Escaped`].
//!
//! The parts of known length come first. Then come the lists, row by row, as long as there is room: what does not fit is
//! counted, not shown.

use core::fmt::{self, Display, Write as _};
use core::ops::DerefMut;

use sansession::{Active, CsrfToken, Slot, StoreKey};
use sansession_store::Listed;

use crate::api::view::messages;
use crate::failure::Failure;
use crate::host::Host;
use crate::page::{NOTICE, PASSWORD, TOKEN, notes};
use crate::text::{Ago, Escaped, Span, Text};

/// Bytes that a list leaves for what comes behind it.
const REST_OF_SESSIONS: usize = 2400;
const REST_OF_NOTES: usize = 200;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"color-scheme\" content=\"light dark\">\n<title>sansession</title>\n\
    <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n";

const WARNING: &str = "<div id=\"warning\" role=\"note\"><p><strong>Cookies travel unprotected.</strong> This device \
    speaks plain HTTP: whoever can read the traffic can take over a session.</p></div>\n";

const LOGIN: &str = "<label for=\"login-user\">Any name will do</label>\n<div class=\"row\">\
    <input id=\"login-user\" name=\"user\" required maxlength=\"60\" autocomplete=\"username\" \
    autocapitalize=\"none\" placeholder=\"ada\"></div>\n<label for=\"login-password\">The password is ";

const NOTE: &str = "<label for=\"note-text\">They are kept as long as the session</label>\n<div class=\"row\">\
    <input id=\"note-text\" name=\"note\" required maxlength=\"200\" autocomplete=\"off\" \
    placeholder=\"Water the plants\"><button class=\"main\">Keep</button></div>\n";

/// The page.
pub(crate) fn home<H, B>(
    host: &H,
    session: &mut Active<B>,
    visits: u32,
    csrf: &CsrfToken,
    text: &mut Text<'_>,
) -> Result<(), Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    text.write_str(HEAD)?;
    header(session, csrf, text)?;
    text.write_str("<main>\n")?;
    notices(session, text)?;
    text.write_str(WARNING)?;
    text.write_str("<div class=\"columns\">\n<div>\n")?;
    who(session, visits, csrf, text)?;
    facts(host, session, csrf, text)?;
    text.write_str("</div>\n<div>\n")?;
    sessions(host, session, csrf, text)?;
    list_of_notes(host, session, csrf, text)?;
    text.write_str(
        "</div>\n</div>\n<footer><p>For tools there is a JSON interface under <code>/api/session</code>, in this demo \
         with <strong>no CSRF check</strong>.</p></footer>\n</main>\n</body>\n</html>\n",
    )?;
    Ok(())
}

/// A page that says what is wrong, and leads back.
pub(crate) fn problem(heading: &str, advice: &str, text: &mut Text<'_>) -> fmt::Result {
    text.write_str(HEAD)?;
    write!(
        text,
        "<main class=\"problem\">\n<section>\n<h1>{heading}</h1>\n<p>{advice}</p>\n\
         <p><a class=\"button\" href=\"/\">Back to the demo</a></p>\n</section>\n</main>\n</body>\n</html>\n"
    )
}

/// The beginning of a form, with its CSRF token.
struct Form<'a>(&'a str, &'a CsrfToken);

impl Display for Form<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(action, csrf) = self;
        // Where the button is not what the page is about.
        let class = match *action {
            "/logout" | "/sessions/end" | "/notes/delete" => "quiet",
            _ => "",
        };
        writeln!(
            f,
            "<form class=\"{class}\" method=\"post\" action=\"{action}\">\
             <input type=\"hidden\" name=\"{TOKEN}\" value=\"{csrf}\">"
        )
    }
}

fn header<B>(session: &Active<B>, csrf: &CsrfToken, text: &mut Text<'_>) -> fmt::Result
where
    B: DerefMut<Target = Slot>,
{
    text.write_str("<header>\n<h1>sansession</h1>\n<p>A device's web UI.</p>\n")?;
    if session.principal().is_some() {
        writeln!(text, "{}<button>Log out</button></form>", Form("/logout", csrf))?;
    }
    text.write_str("</header>\n")
}

fn notices<B>(session: &mut Active<B>, text: &mut Text<'_>) -> fmt::Result
where
    B: DerefMut<Target = Slot>,
{
    if session.flash_keys().next().is_none() {
        return Ok(());
    }
    text.write_str("<div id=\"flash\" role=\"status\">\n")?;
    let mut written = Ok(());
    messages(session, |key, message| {
        let message = Escaped(message.unwrap_or_default());
        let one = match key {
            NOTICE => writeln!(text, "<p>{message}</p>"),
            key => writeln!(text, "<p>{}: {message}</p>", Escaped(key)),
        };
        written = written.and(one);
    });
    written?;
    text.write_str("</div>\n")
}

fn who<B>(session: &Active<B>, visits: u32, csrf: &CsrfToken, text: &mut Text<'_>) -> fmt::Result
where
    B: DerefMut<Target = Slot>,
{
    text.write_str("<section>\n")?;
    if let Some(user) = session.principal() {
        writeln!(text, "<h2>Hello, <strong id=\"user\">{}</strong></h2>", Escaped(user))?;
    } else {
        write!(
            text,
            "<h2>Who are you?</h2>\n{}{LOGIN}<code>{PASSWORD}</code></label>\n<div class=\"row\">\
             <input id=\"login-password\" name=\"password\" type=\"password\" required value=\"{PASSWORD}\" \
             autocomplete=\"off\"><button class=\"main\">Log in</button></div></form>\n",
            Form("/login", csrf)
        )?;
    }
    let unit = if visits == 1 { "page view" } else { "page views" };
    writeln!(
        text,
        "<p class=\"counter\"><strong id=\"visits\">{visits}</strong> <span>{unit} in this session</span></p>"
    )?;
    if session.created().is_none() {
        text.write_str(
            "<p class=\"empty\">Counting begins when you log in or write a note: only then is there a session to count \
             in.</p>\n",
        )?;
    }
    text.write_str("</section>\n")
}

fn facts<H, B>(host: &H, session: &Active<B>, csrf: &CsrfToken, text: &mut Text<'_>) -> fmt::Result
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let (Some(handle), Some(created), Some(deadline), Some(revision)) =
        (session.handle(), session.created(), session.deadline(), session.revision())
    else {
        return Ok(());
    };
    let now = host.now();
    write!(
        text,
        "<section>\n<h2>This session</h2>\n<dl>\n<div><dt>Name</dt><dd><code>{}</code></dd></div>\n\
         <div><dt>Began</dt><dd>{}</dd></div>\n<div><dt>Ends at the latest</dt><dd>in {}</dd></div>\n\
         <div><dt>Written</dt><dd>{} times</dd></div>\n</dl>\n{}<button>Give it a new id</button></form>\n</section>\n",
        Short(handle),
        Ago(created, now),
        Span(deadline.since(now)),
        revision.get(),
        Form("/rotate", csrf),
    )
}

/// This user's sessions, each with a button of the one form.
fn sessions<H, B>(
    host: &H,
    session: &Active<B>,
    csrf: &CsrfToken,
    text: &mut Text<'_>,
) -> Result<(), Failure>
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let Some(user) = session.principal() else { return Ok(()) };
    let form = Form("/sessions/end", csrf);
    write!(text, "<section>\n<h2>Where you are logged in</h2>\n{form}<ul id=\"sessions\">\n")?;
    let (now, own) = (host.now(), session.handle());
    let mut hidden = 0_u32;
    host.sessions(user, |found| {
        let is_own = own == Some(found.handle);
        if !text.part(REST_OF_SESSIONS, |text| row(text, &found, is_own, now)) {
            hidden += 1;
        }
    })?;
    left_out(hidden, text)?;
    write!(
        text,
        "</ul></form>\n{}<button class=\"danger\">Log out everywhere</button></form>\n</section>\n",
        Form("/logout-everywhere", csrf)
    )?;
    Ok(())
}

fn row(
    text: &mut Text<'_>,
    found: &Listed,
    is_own: bool,
    now: sansession::Timestamp,
) -> fmt::Result {
    let tag = if is_own { " <span class=\"tag\">this one</span>" } else { "" };
    writeln!(
        text,
        "<li><span><code>{}</code>{tag}<small>logged in {}, used {}</small></span>\
         <button name=\"handle\" value=\"{}\">End this one</button></li>",
        Short(found.handle),
        Ago(found.created, now),
        Ago(found.seen, now),
        found.handle,
    )
}

fn list_of_notes<H, B>(
    host: &H,
    session: &Active<B>,
    csrf: &CsrfToken,
    text: &mut Text<'_>,
) -> fmt::Result
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    write!(text, "<section>\n<h2>Notes</h2>\n{}{NOTE}</form>\n", Form("/notes", csrf))?;
    write!(text, "{}<ul id=\"notes\">", Form("/notes/delete", csrf))?;
    let now = host.now();
    let mut hidden = 0_u32;
    for note in notes::list(session) {
        let shown = text.part(REST_OF_NOTES + 100, |text| {
            writeln!(
                text,
                "<li><span class=\"note\">{}</span> <small>{}</small>\
                 <button name=\"key\" value=\"{}\">Delete</button></li>",
                Escaped(note.text),
                Ago(note.written, now),
                Escaped(note.key),
            )
        });
        hidden += u32::from(!shown);
    }
    left_out(hidden, text)?;
    text.write_str("</ul></form>\n</section>\n")
}

/// What a list does not show.
fn left_out(rows: u32, text: &mut Text<'_>) -> fmt::Result {
    if rows == 0 {
        return Ok(());
    }
    writeln!(text, "<li class=\"empty\">and {rows} more, for which this page has no room</li>")
}

/// The first digits are enough to tell one's own sessions apart.
struct Short(StoreKey);

impl Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        let mut text = Text::new(&mut digits);
        write!(text, "{}", self.0)?;
        f.write_str(text.as_str().get(..8).unwrap_or_default())
    }
}
