//! What holds wherever a request goes.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::site::{NODES, each};

// promise: S1 L6
#[test]
fn a_login_on_one_node_is_read_and_written_on_all() {
    each(|site| {
        let cookie = site.login(0, "ada");
        for node in 0..NODES {
            site.at(node, &cookie).put(&format!("/api/session/data/k{node}"), "v").expect(204);
        }
        for node in 0..NODES {
            let session = site.at(node, &cookie).session();
            assert_eq!(session["principal"], "ada");
            assert_eq!(session["data"], json!({ "k0": "v", "k1": "v", "k2": "v" }));
        }
    });
}

// promise: L6
#[test]
fn parallel_writes_on_all_nodes_are_all_kept() {
    each(|site| {
        let cookie = site.login(0, "ada");
        let (site, cookie) = (&*site, &cookie);
        let kept: Vec<String> = thread::scope(|scope| {
            let writers: Vec<_> = (0..12)
                .map(|number| {
                    scope.spawn(move || {
                        let path = format!("/api/session/data/k{number}");
                        let reply = site.at(number % NODES, cookie).put(&path, "v");
                        // Beaten too often by the others; whoever gets 204 is kept.
                        assert!(matches!(reply.status, 204 | 409), "{reply:?}");
                        (reply.status == 204).then(|| format!("k{number}"))
                    })
                })
                .collect();
            writers.into_iter().filter_map(|writer| writer.join().expect("answered")).collect()
        });
        let data = site.at(0, cookie).session()["data"].clone();
        assert_eq!(data.as_object().map(serde_json::Map::len), Some(kept.len()), "{data}");
        assert!(kept.iter().all(|key| data[key] == "v"), "{kept:?} {data}");
        assert!(!kept.is_empty());
    });
}

/// Nothing tells from outside that the slow request has opened the session, so it gets a second for that, and takes
/// two more.
// promise: L5
#[test]
fn a_logout_on_one_node_beats_a_slow_request_on_another() {
    each(|site| {
        let cookie = site.login(0, "ada");
        let slow = thread::scope(|scope| {
            let slow = scope.spawn(|| site.at(0, &cookie).post("/api/slow/3000/data/late", "1"));
            thread::sleep(Duration::from_secs(1));
            assert_eq!(site.at(1, &cookie).session()["principal"], "ada");
            site.at(2, &cookie).post("/api/session/invalidate", "").expect(204);
            slow.join().expect("answered")
        });
        assert_eq!((slow.status, slow.error().as_str()), (409, "gone"));
        assert!(!slow.sets_cookie(), "{slow:?}");
        assert_eq!(site.verdicts(&cookie), ["unknown"; NODES]);
    });
}

// promise: L2
#[test]
fn an_id_that_one_node_replaced_is_dead_on_all() {
    each(|site| {
        let visitor = site.visitor(0);
        visitor.put("/api/session/data/a", "1").expect(204);
        let old = visitor.cookie().expect("a session was written");
        let login = site.at(1, &old).post("/api/session/login", "ada").expect(204);
        let new = login.set_cookie().expect("another id").split(';').next().map(str::to_owned);
        assert_eq!(site.verdicts(&old), ["unknown"; NODES]);
        assert_eq!(site.verdicts(&new.expect("a cookie")), ["resumed"; NODES]);
    });
}

// promise: L11
#[test]
fn a_user_is_logged_out_everywhere_from_anywhere() {
    each(|site| {
        let cookies: [String; NODES] = std::array::from_fn(|node| site.login(node, "ada"));
        let other = site.login(0, "bob");
        let list = site.at(2, &cookies[0]).get("/api/session/list").expect(200).json();
        assert_eq!(list.as_array().map(Vec::len), Some(NODES), "{list}");
        site.at(1, &cookies[0]).post("/api/session/logout-everywhere", "").expect(204);
        assert!(cookies.iter().all(|cookie| site.verdicts(cookie) == ["unknown"; NODES]));
        assert_eq!(site.verdicts(&other), ["resumed"; NODES]);
    });
}

// promise: S2
#[test]
fn nodes_restart_one_by_one_and_nobody_notices() {
    each(|site| {
        let cookie = site.login(0, "ada");
        for node in 0..NODES {
            site.restart(node);
            let key = format!("/api/session/data/k{node}");
            site.at(node, &cookie).put(&key, "v").expect(204);
            assert_eq!(site.verdicts(&cookie), ["resumed"; NODES]);
        }
        let data = json!({ "k0": "v", "k1": "v", "k2": "v" });
        assert_eq!(site.at(0, &cookie).session()["data"], data);
    });
}
