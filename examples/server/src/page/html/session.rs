//! What is known of this session, and of the user's others.

use std::fmt::{self, Formatter};

use sansession::Verdict;
use sansession_store::Listed;

use crate::page::html::{form, show};
use crate::page::text::{Ago, Span};
use crate::page::view::View;

pub(crate) fn facts(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str("<section>\n<h2>This session</h2>\n")?;
    let Some(facts) = &view.facts else {
        writeln!(f, "<p>{}</p>", without_session(view.verdict))?;
        return f.write_str("</section>\n");
    };
    writeln!(
        f,
        "<dl>\n<div><dt>Name</dt><dd><code>{}</code></dd></div>\n<div><dt>Began</dt><dd>{}</dd></div>\n\
         <div><dt>Ends at the latest</dt><dd>in {}</dd></div>\n<div><dt>Stored</dt><dd>{}</dd></div>\n</dl>",
        short(&facts.handle),
        Ago(facts.created, view.now),
        Span(facts.deadline.since(view.now)),
        match facts.revision {
            1 => String::from("once"),
            times => format!("{times} times"),
        },
    )?;
    f.write_str("<p>The name is a hash. The id itself is in your cookie only, and nowhere on this page.</p>\n")?;
    write!(f, "{}", form("/rotate", "", view, "<button>Give it a new id</button>"))?;
    f.write_str("</section>\n")
}

fn without_session(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::None => {
            "There is none yet. Looking at this page stores nothing on the server; your browser only got a \
            signed cookie that its forms are checked with."
        }
        Verdict::ExpiredIdle => "It ended because nobody used it for a while.",
        Verdict::ExpiredAbsolute => "It ended because its time was over.",
        Verdict::Unknown => "It was ended, here or elsewhere.",
        Verdict::Obsolete => "Your cookie holds an id that was replaced some time ago.",
        Verdict::Malformed | Verdict::Forged => {
            "Your browser sent a cookie that was not made here. It was not looked up."
        }
        _ => "It cannot be read.",
    }
}

pub(crate) fn list(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    if view.user.is_none() {
        return Ok(());
    }
    f.write_str("<section>\n<h2>Where you are logged in</h2>\n<ul id=\"sessions\">\n")?;
    for session in &view.sessions {
        writeln!(f, "<li>{}</li>", show(|f| row(f, view, session)))?;
    }
    f.write_str("</ul>\n")?;
    let everywhere = "<button class=\"danger\">Log out everywhere</button>";
    writeln!(f, "{}</section>", form("/logout-everywhere", "", view, everywhere))
}

fn row(f: &mut Formatter<'_>, view: &View, session: &Listed) -> fmt::Result {
    let own = view.facts.as_ref().is_some_and(|facts| facts.handle == session.handle);
    write!(f, "<span><code>{}</code>", short(&session.handle))?;
    if own {
        f.write_str(" <span class=\"tag\">this one</span>")?;
    }
    let (began, seen) = (Ago(session.created, view.now), Ago(session.seen, view.now));
    writeln!(f, "<small>logged in {began}, used {seen}</small></span>")?;
    let handle = session.handle;
    let end = format!(
        "<input type=\"hidden\" name=\"handle\" value=\"{handle}\"><button>End this one</button>"
    );
    f.write_str(&form("/sessions/end", "quiet", view, &end))
}

/// The first digits are enough to tell one's own sessions apart.
fn short(handle: &sansession::StoreKey) -> String {
    handle.to_string().chars().take(8).collect()
}
