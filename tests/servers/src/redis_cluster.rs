//! Starts a private Redis Cluster: three masters with a replica each.

use std::cell::Cell;

use crate::redis::Redis;
use crate::{free_port, wanted};

/// Masters of a cluster; each has one replica.
pub const MASTERS: usize = 3;

/// Hash slots of a cluster.
const SLOTS: usize = 16384;

/// A cluster of one test's own. The first three nodes start as its masters, the others as their replicas.
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// Starts a cluster and waits until it serves all slots and its replicas follow; `None` if no test is to start
    /// one.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::launch(None, |_, _| ())
    }

    /// Starts a cluster whose nodes tell clients, and each other, to come to these ports. `lead` is told, by a node's
    /// number, to which port what comes there has to go.
    #[must_use]
    pub fn start_behind(ports: [u16; 2 * MASTERS], lead: impl Fn(usize, u16)) -> Option<Self> {
        Self::launch(Some(ports), lead)
    }

    fn launch(ports: Option<[u16; 2 * MASTERS]>, lead: impl Fn(usize, u16)) -> Option<Self> {
        if !wanted() {
            return None;
        }
        let mut buses = Vec::new();
        let mut nodes = Vec::new();
        for number in 0..2 * MASTERS {
            let announced = ports.map_or(0, |ports| ports[number]).to_string();
            let bus = Cell::new(0);
            let node = Redis::start_by(|| {
                bus.set(free_port());
                let arguments = [
                    ["--cluster-enabled", "yes"],
                    // The default is another port, 10,000 above the first, which may not exist.
                    ["--cluster-port", &bus.get().to_string()],
                    // 0 is the port itself.
                    ["--cluster-announce-port", &announced],
                    ["--cluster-node-timeout", "1000"],
                    // A replica that has just begun to follow takes over as well as another.
                    ["--cluster-replica-validity-factor", "0"],
                ];
                arguments.as_flattened().iter().map(ToString::to_string).collect()
            })?;
            lead(number, node.port());
            nodes.push(node);
            buses.push(bus.get().to_string());
        }
        let cluster = Self { nodes };
        cluster.form(&buses);
        Some(cluster)
    }

    /// Where its nodes listen.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.nodes.iter().map(Redis::url).collect()
    }

    /// Its nodes, the first masters first.
    #[must_use]
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }

    /// Ends one of the nodes that started as masters at once. Its replica takes over.
    pub fn kill_master(&mut self, master: usize) {
        assert!(master < MASTERS, "there are {MASTERS} masters");
        self.kill(master);
    }

    /// Ends any of its nodes at once.
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].kill();
    }

    /// Starts a node again; as a replica, if another took over from it.
    pub fn restart(&mut self, node: usize) {
        self.nodes[node].restart();
    }

    /// Waits until every node that runs says that all slots are served.
    pub fn wait_until_served(&self) {
        for node in self.nodes.iter().filter(|node| node.ask("PING").is_ok()) {
            node.wait_for("CLUSTER INFO", |info| info.contains("cluster_state:ok"));
        }
    }

    fn form(&self, buses: &[String]) {
        let (masters, replicas) = self.nodes.split_at(MASTERS);
        for (number, master) in masters.iter().enumerate() {
            let (first, next) = (SLOTS * number / MASTERS, SLOTS * (number + 1) / MASTERS);
            tell(master, &format!("CLUSTER ADDSLOTSRANGE {first} {}", next - 1));
            tell(master, &format!("CLUSTER SET-CONFIG-EPOCH {}", number + 1));
        }
        for (node, bus) in self.nodes.iter().zip(buses).skip(1) {
            tell(&masters[0], &format!("CLUSTER MEET 127.0.0.1 {} {bus}", node.port()));
        }
        let known = format!("cluster_known_nodes:{}", self.nodes.len());
        for node in &self.nodes {
            node.wait_for("CLUSTER INFO", |info| info.contains(&known));
        }
        for (master, replica) in masters.iter().zip(replicas) {
            let id = master.ask("CLUSTER MYID").expect("a node that runs answers");
            tell(replica, &format!("CLUSTER REPLICATE {id}"));
        }
        self.wait_until_served();
        for replica in replicas {
            // Before that, nobody would take over.
            replica.wait_for("INFO replication", |info| info.contains("master_link_status:up"));
        }
        for node in &self.nodes {
            // A node that does not know of all replicas tells clients of fewer nodes.
            node.wait_for("CLUSTER NODES", |nodes| {
                nodes.matches("slave").count() == replicas.len() && !nodes.contains("handshake")
            });
        }
    }
}

fn tell(node: &Redis, command: &str) {
    let answer = node.ask(command).expect("a node that runs answers");
    assert_eq!(answer, "+OK", "to {command}");
}
