//! The table, in markdown, row by row.

use crate::flash::Counts;
use crate::measure::Cost;

/// What stands above the rows.
pub(crate) const HEAD: &str = "\
| per operation, in | who                  |  reads | x ours | bytes read | writes | bytes written | erases | instructions | x ours | counted in |
|-------------------|----------------------|-------:|-------:|-----------:|-------:|--------------:|-------:|-------------:|-------:|-----------:|
";

/// What somebody's operations in `kib` KiB took, beside ours.
pub(crate) fn row(kib: u32, cost: &Cost, ours: Option<&Cost>) -> String {
    let reads = |counts: &Counts| counts.reads;
    let more_reads = ours.map(|ours| cost.each(reads) / ours.each(reads));
    let (instructions, operations) = cost.instructions().unzip();
    let of_ours = ours.and_then(|ours| Some(ours.instructions()?.0));
    let more = instructions.zip(of_ours).map(|(theirs, ours)| theirs / ours);
    format!(
        "| {:<17} | {:<20} | {:>6.2} | {:>6} | {:>10.0} | {:>6.2} | {:>13.1} | {:>6.4} | {:>12} | {:>6} | {:>10} |\n",
        format!("{kib} KiB"),
        cost.name,
        cost.each(reads),
        rounded(more_reads),
        cost.each(|counts| counts.bytes_read),
        cost.each(|counts| counts.writes),
        cost.each(|counts| counts.bytes_written),
        cost.each(|counts| counts.erases),
        rounded(instructions),
        rounded(more),
        rounded(operations.map(f64::from)),
    )
}

/// Nothing, where there is no figure.
fn rounded(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:.0}"))
}
