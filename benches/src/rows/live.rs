//! The stored exchange among many other sessions: each run is on another one, so little of it is in a cache.

use crate::fixture::Task;
use crate::measure::{Contestant, Meter, Work};
use crate::ours;
use crate::ours::stored::StoredWork;
use crate::peers;
use crate::peers::tower_sessions::TowerSessionsWork;
use crate::table::Table;

/// Sessions that requests are made to, at most.
const VISITED: usize = 4096;

/// Adds the rows.
pub(crate) fn add(meter: &mut Meter, table: &mut Table) {
    for (count, live) in
        [(1, "1 session"), (10_000, "10,000 sessions"), (1_000_000, "1,000,000 sessions")]
    {
        let work = format!("stored: read 1, write another, {live} live");
        if !table.wants(&work) {
            continue;
        }
        let mut site = ours::stored::Site::new(count);
        let cookies = visited(count, || site.begin(1));
        let ours = StoredWork::new(site, Task::Write, cookies);
        let mut site = peers::tower_sessions::Site::new();
        let cookies = visited(count, || site.begin(1));
        let peer = TowerSessionsWork::new(site, Task::Write, cookies);
        table.measure(
            meter,
            &work,
            &mut [
                Contestant::new("sansession", settled(ours)),
                Contestant::new("tower-sessions, SignedJar", settled(peer)),
            ],
        );
    }
}

/// Makes each request once, so that no record grows later.
fn settled<W: Work>(mut work: W) -> W {
    (0..VISITED).for_each(|_| work.run());
    work
}

/// Begins so many sessions and keeps the cookies of some, spread evenly. Ids are random, so this is any order.
fn visited(count: usize, mut begin: impl FnMut() -> String) -> Vec<String> {
    let every = count.div_ceil(VISITED);
    (0..count).map(|_| begin()).step_by(every).collect()
}
