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

/// All that is measured.
pub(crate) fn all(meter: &mut Meter) -> Table {
    let mut table = Table::new(meter.has_cycles());
    stored::add(meter, &mut table);
    live::add(meter, &mut table);
    request::add(meter, &mut table);
    codec::add(meter, &mut table);
    carried::add(meter, &mut table);
    table
}
