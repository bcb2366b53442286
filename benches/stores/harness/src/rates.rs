//! Requests per second, of one browser and of many.

use std::time::{Duration, Instant};

use crate::row::Rates;
use crate::{Site, Visitor};

/// Browsers at once.
const MANY: usize = 64;

/// Requests are counted for this long.
const SPAN: Duration = Duration::from_secs(2);

/// Measures how many requests are answered in a second.
pub async fn rates(site: &impl Site) -> Rates {
    Rates {
        read: rate(site, 1, Kind::Read).await,
        changed: rate(site, 1, Kind::Change).await,
        read_by_many: rate(site, MANY, Kind::Read).await,
        changed_by_many: rate(site, MANY, Kind::Change).await,
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Read,
    Change,
}

/// All begin a session and make some requests; then they are counted; then it is asserted that all were done.
async fn rate(site: &impl Site, visitors: usize, kind: Kind) -> u64 {
    let mut ready = Vec::new();
    for _ in 0..visitors {
        let mut visitor = site.visitor();
        ready.push(tokio::spawn(async move {
            visitor.create().await;
            for _ in 0..10 {
                request(&mut visitor, kind).await;
            }
            visitor
        }));
    }
    let mut visitors = Vec::new();
    for visitor in ready {
        visitors.push(visitor.await.expect("no request has failed"));
    }
    let start = Instant::now();
    let tasks: Vec<_> =
        visitors.into_iter().map(|visitor| tokio::spawn(work(visitor, kind, start))).collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("no request has failed");
    }
    // Each task ends with the request that it is at.
    u64::try_from(u128::from(done) * 1_000_000 / start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

async fn work(mut visitor: impl Visitor, kind: Kind, start: Instant) -> u64 {
    let mut done = 0;
    while start.elapsed() < SPAN {
        request(&mut visitor, kind).await;
        done += 1;
    }
    let counted = match kind {
        Kind::Read => 0,
        Kind::Change => done + 10,
    };
    assert_eq!(visitor.read().await, counted, "what was answered was done");
    visitor.destroy().await;
    done
}

async fn request(visitor: &mut impl Visitor, kind: Kind) {
    match kind {
        Kind::Read => {
            visitor.read().await;
        }
        Kind::Change => visitor.change().await,
    }
}
