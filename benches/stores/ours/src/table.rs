//! The table that is printed.

use std::fmt;

use sansession_store::SendStore;
use sansession_store_bench_harness::{Rates, Row, Trips};

const HEAD: &str = "\
Round trips of one request, and requests per second of one task and of 64:

| store                                | level | read | changed | rotated | new | destroyed | read/s | by 64  | changed/s | by 64  |
|--------------------------------------|-------|-----:|--------:|--------:|----:|----------:|-------:|-------:|----------:|-------:|
";

/// Rows, each with its level.
#[derive(Default)]
pub(crate) struct Table(Vec<(Row, String)>);

impl Table {
    /// Adds a row of one of our stores.
    pub(crate) fn add<S: SendStore>(&mut self, row: Row) {
        self.0.push((row, S::LEVEL.to_string()));
    }

    /// Adds a row of somebody else, if there is one.
    pub(crate) fn add_other(&mut self, row: Option<Row>) {
        self.0.extend(row.map(|row| (row, "-".to_owned())));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for (row, level) in &self.0 {
            write!(f, "| {:36} | {level:5} |", row.store)?;
            for (trips, width) in columns(row.trips).into_iter().zip([4, 7, 7, 3, 9]) {
                match trips {
                    Some(trips) => write!(f, " {trips:>width$} |")?,
                    None => write!(f, " {:>width$} |", "-")?,
                }
            }
            let Rates { read, changed, read_by_many, changed_by_many } = row.rates;
            writeln!(f, " {read:>6} | {read_by_many:>6} | {changed:>9} | {changed_by_many:>6} |")?;
        }
        Ok(())
    }
}

fn columns(trips: Option<Trips>) -> [Option<u64>; 5] {
    trips.map_or([None; 5], |Trips { read, changed, rotated, created, destroyed }| {
        [read, changed, rotated, created, destroyed].map(Some)
    })
}
