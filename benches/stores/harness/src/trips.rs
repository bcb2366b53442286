//! Round trips between a node and its store, for each kind of request.

use crate::row::Trips;
use crate::{Site, Visitor};

/// Makes one request of each kind and says by how much `count` went up, once what happens only at first is over.
///
/// # Panics
/// If a request did not do what it should, or the second time took another number.
pub async fn trips(site: &impl Site, count: impl Fn() -> u64) -> Trips {
    let mut visitor = site.visitor();
    // Connections, prepared statements, scripts.
    for _ in 0..3 {
        round(&mut visitor, &|| 0).await;
    }
    let first = round(&mut visitor, &count).await;
    let second = round(&mut visitor, &count).await;
    assert_eq!(first, second, "the same requests cost the same round trips");
    first
}

async fn round(visitor: &mut impl Visitor, count: &impl Fn() -> u64) -> Trips {
    let mut before = count();
    let mut since = || {
        let now = count();
        now - std::mem::replace(&mut before, now)
    };
    visitor.create().await;
    let created = since();
    assert_eq!(visitor.read().await, 0);
    let read = since();
    visitor.change().await;
    let changed = since();
    visitor.rotate().await;
    let rotated = since();
    assert_eq!(visitor.read().await, 1, "it was counted, and is there under the new id");
    since();
    visitor.destroy().await;
    let destroyed = since();
    Trips { read, changed, rotated, created, destroyed }
}
