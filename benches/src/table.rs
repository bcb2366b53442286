//! The tables, in markdown.

use std::fmt;

use crate::measure::{Contestant, Cost, Meter};

/// What work costs.
pub(crate) struct Table {
    has_cycles: bool,
    /// What the names of wanted rows have in them.
    words: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    work: String,
    who: &'static str,
    cost: Cost,
    /// What the cost is compared with: ours for the same work.
    ours: Option<Cost>,
}

impl Table {
    pub(crate) const fn new(has_cycles: bool, words: Vec<String>) -> Self {
        Self { has_cycles, words, rows: Vec::new() }
    }

    /// Whether a row was asked for. What nobody wants need not be made ready.
    pub(crate) fn wants(&self, work: &str) -> bool {
        self.words.iter().all(|word| work.contains(word))
    }

    /// Measures contestants and adds what they cost.
    pub(crate) fn measure(
        &mut self,
        meter: &mut Meter,
        work: &str,
        contestants: &mut [Contestant],
    ) {
        let costs = meter.measure(contestants);
        for (contestant, cost) in contestants.iter().zip(costs) {
            self.add(work, contestant.who, cost);
        }
    }

    /// Adds somebody's cost. Ours is one whose name says so, and comes before those that it is compared with.
    pub(crate) fn add(&mut self, work: &str, who: &'static str, cost: Cost) {
        let last = self.rows.last().filter(|last| last.work == work);
        let ours = if is_ours(who) { Some(cost) } else { last.and_then(|last| last.ours) };
        self.rows.push(Row { work: work.to_owned(), who, cost, ours });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instructions = |cost: Cost| cost.instructions;
        let time = |cost: Cost| if self.has_cycles { cost.cycles } else { Some(cost.nanos) };
        let unit = if self.has_cycles { "cycles" } else { "ns" };
        let head = ["work", "who", "instructions", "x ours", unit, "x ours", "allocations"];
        let mut rows = Vec::new();
        let mut last = "";
        for row in &self.rows {
            rows.push([
                if row.work == last { String::new() } else { row.work.clone() },
                row.who.to_owned(),
                instructions(row.cost).map_or_else(nothing, number),
                row.multiple(instructions),
                time(row.cost).map_or_else(nothing, number),
                row.multiple(time),
                number(row.cost.allocations),
            ]);
            last = &row.work;
        }
        write_markdown(f, head, &rows, 2)
    }
}

impl Row {
    /// How many times ours this is.
    fn multiple(&self, figure: impl Fn(Cost) -> Option<u64>) -> String {
        if is_ours(self.who) {
            return String::new();
        }
        let ours = self.ours.and_then(&figure);
        figure(self.cost).zip(ours).map_or_else(nothing, |(theirs, ours)| multiple(theirs, ours))
    }
}

fn is_ours(who: &str) -> bool {
    who.starts_with("sansession")
}

/// Bytes that are kept.
#[derive(Default)]
pub(crate) struct Memory(Vec<[String; 4]>);

impl Memory {
    /// Adds bytes, and a peer's for the same.
    pub(crate) fn add(&mut self, what: &str, ours: usize, theirs: Option<usize>) {
        let theirs =
            theirs.map(|theirs| (number(theirs as u64), multiple(theirs as u64, ours as u64)));
        let (theirs, multiple) = theirs.unwrap_or_default();
        self.0.push([what.to_owned(), number(ours as u64), theirs, multiple]);
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_markdown(f, ["bytes", "sansession", "tower-sessions", "x ours"], &self.0, 1)
    }
}

/// Writes a table; the first `text` columns are text, the others numbers.
fn write_markdown<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    head: [&str; N],
    rows: &[[String; N]],
    text: usize,
) -> fmt::Result {
    let mut widths = head.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.len().max(*width);
        }
    }
    let line = |f: &mut fmt::Formatter<'_>, cells: [&str; N]| {
        for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let cell =
                if at < text { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
            write!(f, "| {cell} ")?;
        }
        writeln!(f, "|")
    };
    line(f, head)?;
    for (at, width) in widths.iter().enumerate() {
        write!(f, "|{:-<width$}{}", "", if at < text { "--" } else { "-:" }, width = *width)?;
    }
    writeln!(f, "|")?;
    rows.iter().try_for_each(|row| line(f, row.each_ref().map(String::as_str)))
}

/// With a comma between thousands.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times `part` goes into `whole`, with one decimal.
fn multiple(whole: u64, part: u64) -> String {
    let tenths = (whole * 10 + part / 2).checked_div(part);
    tenths.map_or_else(nothing, |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}

/// What stands for a figure that there is none of.
fn nothing() -> String {
    "-".to_owned()
}
