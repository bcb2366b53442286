//! A site of three nodes.

use std::fs;

use sansession_demo_tests::{Client, Demo, Scratch};
use sansession_test_servers::{Postgres, RedisCluster};

pub(crate) const NODES: usize = 3;

/// Three demos with one key file and one store.
pub(crate) struct Site {
    nodes: Vec<Demo>,
    scratch: Scratch,
    store: String,
}

impl Site {
    pub(crate) fn over(store: String) -> Self {
        let mut site = Self { nodes: Vec::new(), scratch: Scratch::new(), store };
        for _ in 0..NODES {
            let node = site.start();
            site.nodes.push(node);
        }
        site
    }

    fn start(&self) -> Demo {
        // The first one makes it.
        let keys = self.scratch.file("keys").display().to_string();
        Demo::with(&["--store", &self.store, "--key-file", &keys, "--site", "nodes"])
    }

    /// Ends a node as `kill -9` does, and starts it again.
    pub(crate) fn restart(&mut self, node: usize) {
        self.nodes[node].kill();
        self.nodes[node] = self.start();
    }

    /// A browser that has never been here and asks this node.
    pub(crate) fn visitor(&self, node: usize) -> Client {
        self.nodes[node].client()
    }

    /// The same browser at another node.
    pub(crate) fn at(&self, node: usize, cookie: &str) -> Client {
        self.nodes[node].replay(cookie)
    }

    /// The verdict of each node on a cookie.
    pub(crate) fn verdicts(&self, cookie: &str) -> [String; NODES] {
        std::array::from_fn(|node| self.at(node, cookie).verdict())
    }

    /// Logs somebody in at a node, and gives the cookie.
    pub(crate) fn login(&self, node: usize, user: &str) -> String {
        let visitor = self.visitor(node);
        visitor.post("/api/session/login", user).expect(204);
        visitor.cookie().expect("logged in")
    }

    pub(crate) fn keys(&self) -> String {
        fs::read_to_string(self.scratch.file("keys")).expect("the first node has made it")
    }

    pub(crate) fn write_keys(&self, keys: &str) {
        fs::write(self.scratch.file("keys"), keys).expect("the folder can be written");
    }
}

/// A site over each kind of server that several nodes can share; none without servers.
pub(crate) fn each(check: impl Fn(&mut Site)) {
    if let Some(postgres) = Postgres::start() {
        check(&mut Site::over(format!("postgres:{}", postgres.url())));
    }
    if let Some(cluster) = RedisCluster::start() {
        check(&mut Site::over(over(&cluster)));
    }
}

/// The value of `--store` for a cluster.
pub(crate) fn over(cluster: &RedisCluster) -> String {
    format!("redis-cluster:{}", cluster.urls().join(","))
}
