//! What the machine did for the last requests, as a table.

use std::fmt::{self, Formatter};

use sansession_store::StepName;

use crate::log::Row;
use crate::page::text::{Clock, Escaped};
use crate::page::view::View;

pub(crate) fn table(f: &mut Formatter<'_>, view: &View) -> fmt::Result {
    f.write_str(
        "<section class=\"log\">\n<h2>What the machine did</h2>\n\
         <p>The last requests of this process, from all browsers. <em>Verdict</em> is what the cookie turned out to be, \
         <em>steps</em> what the store was asked after the handler was done.</p>\n<table id=\"log\">\n<thead><tr>\
         <th>UTC</th><th>Request</th><th>Verdict</th><th>Steps</th><th>Outcome</th><th>Set-Cookie</th></tr></thead>\n\
         <tbody>\n",
    )?;
    for line in &view.log {
        row(f, line)?;
    }
    f.write_str("</tbody>\n</table>\n")?;
    if view.log.is_empty() {
        f.write_str("<p class=\"empty\">Nothing yet: this is the first request.</p>\n")?;
    }
    f.write_str("</section>\n")
}

fn row(f: &mut Formatter<'_>, row: &Row) -> fmt::Result {
    let route = row.route.as_ref().map_or("(no such path)", |route| route.as_str());
    writeln!(
        f,
        "<tr><td class=\"time\">{time}</td><td class=\"request\"><b>{method}</b> {route} <small>{status}</small></td>\
         <td class=\"verdict\">{verdict}</td><td class=\"steps\">{steps}</td>\
         <td class=\"outcome\"><span class=\"tag {class}\">{outcome}</span></td><td class=\"cookie\">{cookie}</td></tr>",
        time = Clock(row.at),
        method = Escaped(row.method.as_str()),
        route = Escaped(route),
        status = row.status.as_u16(),
        verdict = row.verdict(),
        steps = steps(row),
        class = class(row),
        outcome = row.outcome(),
        cookie = match row.report.map_or(0, |report| report.set_cookie_bytes) {
            0 => String::new(),
            bytes => format!("{bytes} B"),
        },
    )
}

fn steps(row: &Row) -> String {
    let steps =
        row.report.iter().flat_map(|report| report.steps.iter().map(step).collect::<Vec<_>>());
    steps.collect::<Vec<_>>().join(", ")
}

const fn step(step: StepName) -> &'static str {
    match step {
        StepName::Create => "create",
        StepName::Update => "update",
        StepName::Touch => "touch",
        StepName::Destroy => "destroy",
        StepName::Load => "load",
        _ => "other",
    }
}

/// Refusals stand out, what was stored shows, and the rest is quiet.
fn class(row: &Row) -> &'static str {
    match row.outcome() {
        _ if row.is_refusal() => "bad",
        "created" | "updated" | "rotated" => "good",
        "destroyed" | "soft-failed" => "warm",
        _ => "",
    }
}
