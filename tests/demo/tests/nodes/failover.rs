//! A master of the cluster dies in mid-traffic.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sansession_test_servers::{MASTERS, Redis, RedisCluster};

use crate::site::{NODES, Site, over};

/// Sessions of each kind: with so many, each master has some.
const SESSIONS: usize = 12;

/// Replication is asynchronous, so a master that dies can take its last writes with it; everything that a replica had
/// by then is there.
// promise: L4 L5
#[test]
fn a_session_that_was_ended_stays_so_when_a_master_dies() {
    let Some(mut cluster) = RedisCluster::start() else { return };
    let site = Site::over(over(&cluster));
    let living: Vec<String> =
        (0..SESSIONS).map(|number| site.login(number % NODES, "ada")).collect();
    let ended: Vec<String> =
        (0..SESSIONS).map(|number| site.login(number % NODES, "bob")).collect();
    for (number, cookie) in ended.iter().enumerate() {
        site.at(number % NODES, cookie).post("/api/session/invalidate", "").expect(204);
    }
    cluster.nodes()[..MASTERS].iter().for_each(wait_until_followed);

    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for node in 0..NODES {
            let (site, living, stop) = (&site, &living, &stop);
            scope.spawn(move || requests(site, node, living, stop));
        }
        // However this ends, so does the traffic.
        let _stop = Stop(&stop);
        thread::sleep(Duration::from_millis(500));
        cluster.kill_master(0);
        cluster.wait_until_served();
        // All of them, on every node, from now on for good: the traffic has gone on all the time.
        let start = Instant::now();
        while !living.iter().all(|cookie| (0..NODES).all(|node| works(&site, node, cookie))) {
            assert!(start.elapsed() < Duration::from_secs(60), "the site has not recovered");
        }
    });

    cluster.restart(0);
    cluster.wait_until_served();
    for cookie in &ended {
        assert_eq!(site.verdicts(cookie), ["unknown"; NODES]);
    }
    for cookie in &living {
        assert_eq!(site.verdicts(cookie), ["resumed"; NODES]);
    }
    let ada = site.at(0, &living[0]).get("/api/session/list").expect(200).json();
    assert_eq!(ada.as_array().map(Vec::len), Some(SESSIONS), "{ada}");
}

struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes into each session in turn. It is done, or an error says that it may not be: never a new session.
fn requests(site: &Site, node: usize, living: &[String], stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        for cookie in living {
            let reply = site.at(node, cookie).put(&format!("/api/session/data/k{node}"), "v");
            assert!(matches!(reply.status, 204 | 409 | 503), "{reply:?}");
            assert!(!reply.sets_cookie(), "{reply:?}");
        }
    }
}

fn works(site: &Site, node: usize, cookie: &str) -> bool {
    let reply = site.at(node, cookie).put("/api/session/data/after", "v");
    assert!(matches!(reply.status, 204 | 409 | 503), "{reply:?}");
    reply.status == 204
}

/// Waits until the replica has all that the master has now.
fn wait_until_followed(master: &Redis) {
    let number = |name: &str| -> u64 {
        let info = master.ask("INFO replication").expect("it runs");
        let after = info.split(name).nth(1).expect("it has a replica");
        after
            .split(|it: char| !it.is_ascii_digit())
            .next()
            .and_then(|it| it.parse().ok())
            .expect("a number")
    };
    let (now, start) = (number("master_repl_offset:"), Instant::now());
    while number(",offset=") < now {
        assert!(start.elapsed() < Duration::from_secs(60), "the replica does not follow");
        thread::sleep(Duration::from_millis(10));
    }
}
