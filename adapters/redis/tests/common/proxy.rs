//! A way to a server that counts and that can fail.

use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What becomes of the server's answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Answers {
    Pass,
    /// They are held back, and the connection stays.
    Wait,
    /// The next one is lost, and its connection ends.
    Cut,
}

pub struct Proxy {
    port: u16,
    way: Arc<Way>,
    task: JoinHandle<()>,
}

struct Way {
    server: AtomicU16,
    answers: AtomicU8,
    round_trips: AtomicU64,
    connections: AtomicU64,
    /// Of these many connections, nothing comes back.
    forsaken: AtomicU64,
}

impl Proxy {
    /// Listens; it leads to no server yet.
    pub fn new() -> Self {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        listener.set_nonblocking(true).expect("a socket can");
        let way = Arc::new(Way {
            server: AtomicU16::new(0),
            answers: AtomicU8::new(Answers::Pass as u8),
            round_trips: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            forsaken: AtomicU64::new(0),
        });
        let shared = Arc::clone(&way);
        let task = tokio::spawn(async move {
            let listener = TcpListener::from_std(listener).expect("within a runtime");
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(Arc::clone(&shared).carry(client));
            }
        });
        Self { port, way, task }
    }

    /// Leads to a server.
    pub fn to(server: u16) -> Self {
        let proxy = Self::new();
        proxy.lead_to(server);
        proxy
    }

    pub fn lead_to(&self, server: u16) {
        self.way.server.store(server, Ordering::SeqCst);
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub fn set(&self, answers: Answers) {
        self.way.answers.store(answers as u8, Ordering::SeqCst);
    }

    /// Never again lets anything through on the connections that are there, and lets new ones through.
    pub fn forsake(&self) {
        self.way.forsaken.store(self.way.connections.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// How often a client has asked and then waited.
    pub fn round_trips(&self) -> u64 {
        self.way.round_trips.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Way {
    async fn carry(self: Arc<Self>, mut client: TcpStream) {
        let port = self.server.load(Ordering::SeqCst);
        let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else { return };
        let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        let number = self.connections.fetch_add(1, Ordering::SeqCst);
        let (mut waits, mut is_client) = (false, true);
        loop {
            tokio::select! {
                read = client.read(&mut asked) => {
                    let Ok(length @ 1..) = read else { return };
                    // Servers speak to each other too.
                    is_client &= !asked[..length].windows(8).any(|word| word == b"REPLCONF");
                    if is_client && !waits {
                        self.round_trips.fetch_add(1, Ordering::SeqCst);
                        waits = true;
                    }
                    if server.write_all(&asked[..length]).await.is_err() { return }
                }
                read = server.read(&mut answered) => {
                    let Ok(length @ 1..) = read else { return };
                    waits = false;
                    if is_client && self.loses_connection() { return }
                    if is_client { self.lets_answers_pass().await }
                    if number < self.forsaken.load(Ordering::SeqCst) { continue }
                    if client.write_all(&answered[..length]).await.is_err() { return }
                }
            }
        }
    }

    async fn lets_answers_pass(&self) {
        while self.answers.load(Ordering::SeqCst) == Answers::Wait as u8 {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// True for one answer.
    fn loses_connection(&self) -> bool {
        let (cut, pass) = (Answers::Cut as u8, Answers::Pass as u8);
        self.answers.compare_exchange(cut, pass, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }
}
