//! `inspect`: what cookies and records say, whether they verify, and why not.

mod judge;
mod report;
mod text;

use sansession::inspect::MAX_CANDIDATES;
use serde::Serialize;

use crate::args::Inspect;
use crate::failure::{Exit, Failure};
use crate::input::{self, Input};
use crate::inspect::judge::Judge;
use crate::inspect::report::{CookieReport, Judgement, RecordReport};
use crate::output;
use crate::parse::candidates;

pub(crate) fn run(flags: &Inspect, json: bool) -> Result<Exit, Failure> {
    let judge = Judge::new(flags)?;
    let bytes = input::read(flags.input.as_deref(), flags.file.as_deref())?;
    let values = match input::recognise(bytes, flags.kind)? {
        Input::Record(record) => {
            let report = judge.record(&record, flags.seen);
            return show(&report, RecordReport::text, report.result, json);
        }
        Input::Value(value) => vec![value],
        Input::Header(headers) => {
            candidates(&headers, &flags.cookie.name).into_iter().map(<[u8]>::to_vec).collect()
        }
    };
    let tokens = values.iter().take(MAX_CANDIDATES).map(|value| judge.token(value)).collect();
    let report = CookieReport::new(
        &flags.cookie.name,
        judge.now,
        values.len().saturating_sub(MAX_CANDIDATES),
        tokens,
    );
    let Some(result) = report.result() else {
        return Err(Failure::NoCookie { name: flags.cookie.name.clone() });
    };
    show(&report, CookieReport::text, result, json)
}

fn show<R: Serialize>(
    report: &R,
    text: fn(&R) -> String,
    result: Judgement,
    json: bool,
) -> Result<Exit, Failure> {
    if json {
        output::print_json(report)?;
    } else {
        output::print(&text(report))?;
    }
    Ok(result.exit())
}
