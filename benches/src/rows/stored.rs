//! A stored exchange, from the `Cookie` header to the text of the `Set-Cookie`, if there is one.

use crate::fixture::Task;
use crate::measure::{Contestant, Meter};
use crate::ours::stored::StoredWork;
use crate::peers::tower_sessions::TowerSessionsWork;
use crate::table::Table;

/// Adds the rows.
pub(crate) fn add(meter: &mut Meter, table: &mut Table) {
    for (work, task, keys) in [
        ("stored: read 1 of 1 key", Task::Read, 1),
        ("stored: read 1 of 10 keys", Task::Read, 10),
        ("stored: read 1 of 50 keys", Task::Read, 50),
        ("stored: read 1 of 1 key, write another", Task::Write, 1),
        ("stored: read 1 of 10 keys, write another", Task::Write, 10),
        ("stored: read 1 of 50 keys, write another", Task::Write, 50),
        ("stored: new session", Task::Begin, 1),
    ] {
        if !table.wants(work) {
            continue;
        }
        table.measure(
            meter,
            work,
            &mut [
                Contestant::new("sansession", StoredWork::with_keys(task, keys)),
                Contestant::new(
                    "tower-sessions, SignedJar",
                    TowerSessionsWork::with_keys(task, keys),
                ),
            ],
        );
    }
}
