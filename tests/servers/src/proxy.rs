//! Stands between a client and its server: counts, cuts, and swallows.
//!
//! In: where the server listens. Out: a port to connect to instead. It refuses to know what the bytes say.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A way to a server, with a hand on it. It is closed when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    open: Mutex<Vec<TcpStream>>,
    connections: AtomicU64,
    round_trips: AtomicU64,
    swallows: AtomicBool,
    refuses: AtomicBool,
    closed: AtomicBool,
}

impl Proxy {
    /// Listens on a free port, and leads whoever connects to this port of this host.
    #[must_use]
    pub fn start(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            server: (Ipv4Addr::LOCALHOST, server).into(),
            open: Mutex::default(),
            connections: AtomicU64::new(0),
            round_trips: AtomicU64::new(0),
            swallows: AtomicBool::new(false),
            refuses: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accepting.accept(&listener));
        Self { port, shared }
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How often a client has begun to speak after the server did, or at first: round trips, as long as neither speaks
    /// out of turn.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.shared.round_trips.load(Ordering::SeqCst)
    }

    /// Lets what the server says get lost from now on, or not any more. What clients say arrives.
    pub fn swallow_answers(&self, swallows: bool) {
        self.shared.swallows.store(swallows, Ordering::SeqCst);
    }

    /// Closes new connections at once from now on, or not any more.
    pub fn refuse(&self, refuses: bool) {
        self.shared.refuses.store(refuses, Ordering::SeqCst);
    }

    /// Cuts all connections. New ones can be made.
    pub fn cut(&self) {
        for stream in self.shared.open().drain(..) {
            // It may be cut already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::SeqCst);
        // So that it looks.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        self.cut();
    }
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, Vec<TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            if !self.refuses.load(Ordering::SeqCst) {
                // A server that is down is for the client to see.
                let _ = client.and_then(|client| self.join(client));
            }
        }
    }

    fn join(self: &Arc<Self>, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(self.server)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, from_server) = (client.try_clone()?, server.try_clone()?);
        self.open().extend([client.try_clone()?, server.try_clone()?]);
        self.connections.fetch_add(1, Ordering::SeqCst);
        let is_answered = Arc::new(AtomicBool::new(true));
        let (shared, answered) = (Arc::clone(self), Arc::clone(&is_answered));
        thread::spawn(move || {
            carry(from_client, server, || {
                if answered.swap(false, Ordering::SeqCst) {
                    shared.round_trips.fetch_add(1, Ordering::SeqCst);
                }
                true
            });
        });
        let shared = Arc::clone(self);
        thread::spawn(move || {
            carry(from_server, client, || {
                is_answered.store(true, Ordering::SeqCst);
                !shared.swallows.load(Ordering::SeqCst)
            });
        });
        Ok(())
    }
}

/// Hands on what comes, as far as `passes` lets it, until either side is closed; then closes both.
fn carry(mut from: TcpStream, mut to: TcpStream, passes: impl Fn() -> bool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        if passes() && to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
