//! The page as HTML. Whatever comes from outside goes through [`Escaped`].

mod log;
mod session;

use std::fmt::{self, Display, Formatter};

use crate::page::form::TOKEN;
use crate::page::notes::Note;
use crate::page::text::{Ago, Escaped};
use crate::page::view::View;

/// The page.
pub(crate) fn home(view: &View) -> String {
    document(
        "sansession",
        format_args!(
            "{header}\n<main>\n{notices}{warning}\
             <div class=\"columns\">\n<div>\n{who}{notes}</div>\n<div>\n{facts}{sessions}</div>\n</div>\n\
             {log}{about}</main>",
            header = show(|f| header(f, view)),
            notices = show(|f| notices(f, view)),
            warning = show(|f| warning(f, view)),
            who = show(|f| who(f, view)),
            notes = show(|f| notes(f, view)),
            facts = show(|f| session::facts(f, view)),
            sessions = show(|f| session::list(f, view)),
            log = show(|f| log::table(f, view)),
            about = ABOUT,
        ),
    )
}

/// A page that says what is wrong, and leads back.
pub(crate) fn problem(heading: &str, advice: &str) -> String {
    document(
        heading,
        format_args!(
            "<main class=\"problem\">\n<section>\n<h1>{}</h1>\n<p>{}</p>\n\
             <p><a class=\"button\" href=\"/\">Back to the demo</a></p>\n</section>\n</main>",
            Escaped(heading),
            Escaped(advice)
        ),
    )
}

fn document(title: &str, body: impl Display) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        Escaped(title)
    )
}

const ABOUT: &str = "\
<footer>
<p>Everything here works without JavaScript. Every form carries a CSRF token that is masked afresh on each page and \
checked before anything is done. There are no passwords: any name logs in.</p>
<p>For tools and tests there is a JSON interface under <code>/api/session</code>. In this demo it has <strong>no CSRF \
check</strong>; a real application would give it one.</p>
<p>The cookie is called <code>__Host-session</code>, unless the demo is started with <code>--insecure-http</code>. \
Browsers take such a cookie over plain HTTP from \
<code>http://localhost</code>, but not from a LAN address such as <code>http://192.168.1.20</code>: use HTTPS there, \
or that flag.</p>
</footer>
";

fn header(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str(
        "<header>\n<h1>sansession</h1>\n<p>Web sessions as a state machine. This page shows what it does.</p>\n",
    )?;
    if view.user.is_some() {
        write!(f, "{}", form("/logout", "quiet", view, "<button>Log out</button>"))?;
    }
    f.write_str("</header>")
}

fn notices(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    if view.notices.is_empty() {
        return Ok(());
    }
    f.write_str("<div id=\"flash\" role=\"status\">\n")?;
    for notice in &view.notices {
        writeln!(f, "<p>{}</p>", Escaped(notice))?;
    }
    f.write_str("</div>\n")
}

fn warning(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    if !view.insecure_http {
        return Ok(());
    }
    f.write_str(
        "<div id=\"warning\" role=\"note\"><p><strong>Cookies travel unprotected.</strong> The demo was started with \
         <code>--insecure-http</code>: whoever can read the traffic can take over a session, and the cookie has \
         neither <code>Secure</code> nor the <code>__Host-</code> name.</p></div>\n",
    )
}

fn who(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str("<section>\n")?;
    match &view.user {
        Some(user) => {
            writeln!(f, "<h2>Hello, <strong id=\"user\">{}</strong></h2>", Escaped(user))?;
        }
        None => {
            f.write_str("<h2>Who are you?</h2>\n")?;
            let input = "<label for=\"login-user\">Any name will do</label>\n<div class=\"row\">\
                 <input id=\"login-user\" name=\"user\" required maxlength=\"60\" autocomplete=\"username\" \
                 autocapitalize=\"none\" placeholder=\"ada\"><button class=\"main\">Log in</button></div>";
            write!(f, "{}", form("/login", "", view, input))?;
        }
    }
    let visits = view.visits;
    let unit = if visits == 1 { "page view" } else { "page views" };
    writeln!(
        f,
        "<p class=\"counter\"><strong id=\"visits\">{visits}</strong> <span>{unit} in this session</span></p>"
    )?;
    if view.facts.is_none() {
        f.write_str(
            "<p class=\"empty\">Counting begins when you log in or write a note: only then is there a session to count \
             in.</p>\n",
        )?;
    }
    f.write_str("</section>\n")
}

fn notes(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str("<section>\n<h2>Notes</h2>\n")?;
    let input = "<label for=\"note-text\">They are kept as long as the session</label>\n<div class=\"row\">\
         <input id=\"note-text\" name=\"note\" required maxlength=\"500\" autocomplete=\"off\" \
         placeholder=\"Water the plants\"><button class=\"main\">Keep</button></div>";
    write!(f, "{}", form("/notes", "", view, input))?;
    if view.notes.is_empty() {
        f.write_str("<p class=\"empty\">No notes yet.</p>\n")?;
    }
    f.write_str("<ul id=\"notes\">")?;
    for note in &view.notes {
        writeln!(f, "<li>{}</li>", show(|f| a_note(f, view, note)))?;
    }
    f.write_str("</ul>\n</section>\n")
}

fn a_note(f: &mut Formatter<'_>, view: &View, note: &Note) -> fmt::Result {
    let key = Escaped(&note.key);
    let delete =
        format!("<input type=\"hidden\" name=\"key\" value=\"{key}\"><button>Delete</button>");
    let text = Escaped(&note.text);
    let written = Ago(note.written, view.now);
    writeln!(f, "<span class=\"note\">{text}</span> <small>{written}</small>")?;
    write!(f, "{}", form("/notes/delete", "quiet", view, &delete))
}

/// A form with its CSRF token.
fn form(action: &str, class: &str, view: &View, inside: &str) -> String {
    let token = &view.csrf;
    format!(
        "<form class=\"{class}\" method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"{TOKEN}\" value=\"{token}\">\n{inside}</form>\n"
    )
}

/// A part of the page, written where it is shown.
fn show(write: impl Fn(&mut Formatter<'_>) -> fmt::Result) -> impl Display {
    struct Part<W>(W);
    impl<W: Fn(&mut Formatter<'_>) -> fmt::Result> Display for Part<W> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            (self.0)(f)
        }
    }
    Part(write)
}
