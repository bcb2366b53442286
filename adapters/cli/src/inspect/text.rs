//! Text: the report for people. Keys, principals and values are escaped, so that they cannot play with a terminal.

use std::fmt::{self, Write as _};

use jiff::SignedDuration;
use sansession::Timestamp;

use crate::inspect::report::{
    CookieReport, EntryReport, Judgement, RecordReport, RecordSays, Says, Session, TokenReport,
};
use crate::time::show;

/// Lines, each a name and what there is to say.
#[derive(Default)]
struct Page(String);

impl Page {
    fn title(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }

    fn line(&mut self, name: &str, what: fmt::Arguments<'_>) {
        let _ = writeln!(self.0, "  {name:<13}{what}");
    }

    fn time(&mut self, name: &str, millis: u64) {
        self.line(name, format_args!("{}", show(Timestamp::from_millis(millis))));
    }
}

impl CookieReport<'_> {
    pub(crate) fn text(&self) -> String {
        let mut page = Page::default();
        for token in &self.tokens {
            token.write(&mut page, self.now_ms);
        }
        if self.ignored > 0 {
            page.title(format_args!("{} more of this name, which are never tried", self.ignored));
        }
        page.0
    }
}

impl TokenReport {
    fn write(&self, page: &mut Page, now: u64) {
        let Self { chars, result, reason, verdict, key, says, claims } = self;
        match (result, reason) {
            (Judgement::Rejected, Some(reason)) => {
                page.title(format_args!("rejected, {chars} characters: {}", reason.text));
            }
            (Judgement::Unchecked, _) => page.title(format_args!(
                "unchecked, {chars} characters: there are no keys to verify it by"
            )),
            (Judgement::OutOfTime, _) => {
                page.title(format_args!("authentic but out of time, {chars} characters"));
            }
            _ => page.title(format_args!("good, {chars} characters")),
        }
        if let Some(key) = key {
            let old = if key.old { ", on its way out" } else { "" };
            page.line("verifies", format_args!("under key {}{old}", key.id));
        }
        match verdict {
            Some(verdict) => page.line("exchange", format_args!("{verdict}")),
            None if key.is_some() => page.line("exchange", format_args!("asks its store")),
            None => {}
        }
        if verdict.is_some() || key.is_some() {
            page.time("at", now);
        }
        if let Some(says) = says {
            says.write(page);
        }
        if let Some(claims) = claims {
            page.line(
                "CLAIMS",
                format_args!("what follows is only claimed; nothing vouches for it"),
            );
            claims.write(page);
        }
    }
}

impl Says {
    fn write(&self, page: &mut Page) {
        let only = if self.csrf_only == Some(true) { ", for CSRF tokens only" } else { "" };
        page.line("form", format_args!("{}{only}", self.form));
        page.line("key id", format_args!("{}", self.key_id));
        if let Some(issued) = self.issued_ms {
            page.time("issued", issued);
        }
        if let Some(handle) = &self.handle {
            page.line("handle", format_args!("{handle}"));
        }
        if let Some(revision) = self.revision {
            page.line("revision", format_args!("{revision}"));
        }
        match (&self.session, self.deadline_ms) {
            (Some(session), _) => session.write(page),
            (None, Some(deadline)) => page.time("deadline", deadline),
            (None, None) => {}
        }
    }
}

impl Session {
    fn write(&self, page: &mut Page) {
        page.time("created", self.created_ms);
        page.time("deadline", self.deadline_ms);
        let own = if self.own_lifetime { ", its own" } else { "" };
        let idle = SignedDuration::from_millis(i64::try_from(self.idle_ms).unwrap_or(i64::MAX));
        page.line("idle", format_args!("{idle:#}{own}"));
        page.line("regenerated", format_args!("{}", self.regenerates));
        match &self.principal {
            Some(principal) => page.line("principal", format_args!("{}", principal.escape_debug())),
            None => page.line("principal", format_args!("none")),
        }
        for entry in &self.entries {
            entry.write(page);
        }
    }
}

impl EntryReport {
    fn write(&self, page: &mut Page) {
        let mut what = format!("{}: {} bytes", self.key.escape_debug(), self.bytes);
        if let Some(revision) = self.set_by {
            let _ = write!(what, ", set by revision {revision}");
        }
        if let Some(hex) = &self.value_hex {
            let _ = write!(what, ": {hex}");
        }
        if let Some(text) = &self.text {
            let _ = write!(what, " \"{}\"", text.escape_debug());
        }
        page.line(self.space, format_args!("{what}"));
    }
}

impl RecordReport {
    pub(crate) fn text(&self) -> String {
        let Self { bytes, result, reason, verdict, says, .. } = self;
        let mut page = Page::default();
        match (result, reason) {
            (_, Some(reason)) => {
                page.title(format_args!("rejected record, {bytes} bytes: {}", reason.text));
            }
            (Judgement::Good, _) => page.title(format_args!("record in time, {bytes} bytes")),
            _ => page.title(format_args!("record out of time, {bytes} bytes")),
        }
        if let Some(verdict) = verdict {
            page.line("exchange", format_args!("{verdict}"));
        }
        page.time("at", self.now_ms);
        match self.seen_ms {
            Some(seen) => page.time("seen", seen),
            None if says.is_some() => page.line("seen", format_args!("not told: taken for now")),
            None => {}
        }
        if let Some(says) = says {
            says.write(&mut page);
        }
        page.0
    }
}

impl RecordSays {
    fn write(&self, page: &mut Page) {
        if self.sealed {
            page.line("sealed", format_args!("data and flash messages; nothing told is verified"));
        }
        page.time("id made", self.minted_ms);
        if let Some(previous) = &self.previous {
            match previous.ends_ms {
                Some(ends) => page.time("id before", ends),
                None => page.line("id before", format_args!("good until the new one is seen")),
            }
        }
        self.session.write(page);
    }
}
