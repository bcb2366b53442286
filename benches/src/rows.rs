//! The rows, in the order in which they are printed.

use crate::measure::Meter;
use crate::table::Table;

mod carried;
mod codec;
mod live;
mod memory;
pub(crate) mod request;
mod stored;

pub(crate) use memory::memory;

/// The rows whose work has all of these words.
pub(crate) fn measured(meter: &mut Meter, words: Vec<String>) -> Table {
    let mut table = Table::new(meter.has_cycles(), words);
    stored::add(meter, &mut table);
    live::add(meter, &mut table);
    request::add(meter, &mut table);
    codec::add(meter, &mut table);
    carried::add(meter, &mut table);
    table
}
