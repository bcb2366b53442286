//! What is known of this session, and of the user's others.

use std::fmt::{self, Formatter};

use sansession::{StoreKey, Verdict};
use sansession_store::Listed;

use crate::kept::InCookies;
use crate::page::html::{form, show};
use crate::page::text::{Ago, Span};
use crate::page::view::View;

pub(crate) fn facts(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str("<section>\n<h2>This session</h2>\n")?;
    let Some(facts) = &view.facts else {
        writeln!(f, "<p>{}</p>", without_session(view.verdict))?;
        return f.write_str("</section>\n");
    };
    f.write_str("<dl>\n")?;
    if let Some(handle) = &facts.handle {
        writeln!(f, "<div><dt>Name</dt><dd><code>{}</code></dd></div>", short(handle))?;
    }
    writeln!(
        f,
        "<div><dt>Began</dt><dd>{}</dd></div>\n<div><dt>Ends at the latest</dt><dd>in {}</dd></div>\n\
         <div><dt>Written</dt><dd>{}</dd></div>\n</dl>",
        Ago(facts.created, view.now),
        Span(facts.deadline.since(view.now)),
        match facts.revision {
            1 => String::from("once"),
            times => format!("{times} times"),
        },
    )?;
    if facts.handle.is_some() {
        f.write_str(
            "<p>The name is a hash. The id itself is in your cookie only, and nowhere on this page. Once there is a new \
             one, the old one is dead.</p>\n",
        )?;
    }
    write!(f, "{}", form("/rotate", "", view, "<button>Give it a new id</button>"))?;
    f.write_str("</section>\n")
}

fn without_session(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::None => {
            "There is none yet. Looking at this page stores nothing on the server; your browser only got a \
            cookie that its forms are checked with."
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

/// The user's sessions, or why they are not shown.
pub(crate) fn list(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    match &view.sessions {
        Err(cookies) => carried(f, *cookies),
        Ok(_) if view.user.is_none() => Ok(()),
        Ok(sessions) => listed(f, view, sessions),
    }
}

fn carried(f: &mut Formatter<'_>, cookies: InCookies) -> fmt::Result {
    let (flag, protected) = match cookies {
        InCookies::Signed => ("cookie", "It is signed: you can read it, and nobody can change it"),
        InCookies::Sealed => {
            ("sealed-cookie", "It is sealed: nobody but this server can read or change it")
        }
    };
    writeln!(
        f,
        "<section id=\"carried\">\n<h2>Your cookie is the session</h2>\n<p>The demo was started with <code>--store \
         {flag}</code>: it keeps nothing, and your cookie carries all there is. {protected}. Any server with the same \
         keys goes on with it.</p>\n<p>What that costs: it holds no more than a cookie, not quite 4 KiB. Who kept an \
         older copy of the cookie opens the session as it was then, also after a new id or a log-out, until its time is \
         over. If two tabs write at once, the later answer wins. And nobody can show you where else you are logged in, \
         or log you out there.</p>\n</section>"
    )
}

fn listed(f: &mut Formatter<'_>, view: &View, sessions: &[Listed]) -> fmt::Result {
    f.write_str("<section>\n<h2>Where you are logged in</h2>\n<ul id=\"sessions\">\n")?;
    for session in sessions {
        writeln!(f, "<li>{}</li>", show(|f| row(f, view, session)))?;
    }
    f.write_str("</ul>\n")?;
    let everywhere = "<button class=\"danger\">Log out everywhere</button>";
    writeln!(f, "{}</section>", form("/logout-everywhere", "", view, everywhere))
}

fn row(f: &mut Formatter<'_>, view: &View, session: &Listed) -> fmt::Result {
    let own = view.facts.as_ref().is_some_and(|facts| facts.handle == Some(session.handle));
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
fn short(handle: &StoreKey) -> String {
    handle.to_string().chars().take(8).collect()
}
