//! The site: a board, the wrapped handler, and a server on a port of its own.

use std::cell::RefCell;
use std::net::SocketAddr;

use edge_http::io::server::handle_request;
use sansession_edge_http::{Pool, Slots, WithSession};
use sansession_web_support::{Board, Browser, QUIET};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, LocalSet, spawn_local};

use crate::handler::App;
use crate::socket::Socket;

/// Where slow handlers wait.
pub(crate) struct Place {
    opened: Semaphore,
    gate: Semaphore,
}

impl Place {
    /// A handler has its session open, and waits for the gate.
    pub(crate) async fn wait(&self) {
        self.opened.add_permits(1);
        self.gate.acquire().await.unwrap().forget();
    }

    /// Waits until a handler waits.
    pub(crate) async fn opened(&self) {
        self.opened.acquire().await.unwrap().forget();
    }

    /// Lets one handler go on.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1);
    }
}

pub(crate) struct Site {
    pub(crate) board: &'static Board,
    pub(crate) place: &'static Place,
    pub(crate) address: SocketAddr,
    connections: &'static RefCell<Vec<AbortHandle>>,
}

impl Site {
    pub(crate) fn browser(&self) -> Browser {
        Browser::at(self.address)
    }

    /// A browser whose session has `visits` = 1 and no message; what this took is forgotten.
    pub(crate) async fn visitor(&self) -> Browser {
        let mut browser = self.browser();
        assert_eq!(browser.send("POST /count").await.outcome(), "created");
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 counted"));
        self.board.told();
        self.board.shelf.calls();
        browser
    }

    /// Drops the futures of all connections.
    pub(crate) fn drop_connections(&self) {
        self.connections.take().iter().for_each(AbortHandle::abort);
    }
}

/// Runs a test against a site with four slots.
pub(crate) async fn on_site(test: impl AsyncFnOnce(&Site)) {
    on_site_of(Board::of(QUIET), Box::leak(Box::new(Slots::<4, 512>::new())), test).await;
}

/// Runs a test against a site with one slot.
pub(crate) async fn on_small_site(test: impl AsyncFnOnce(&Site)) {
    on_site_of(Board::of(QUIET), Box::leak(Box::new(Slots::<1, 512>::new())), test).await;
}

pub(crate) async fn on_site_of(
    board: &'static Board,
    pool: &'static dyn Pool,
    test: impl AsyncFnOnce(&Site),
) {
    let place = Place { opened: Semaphore::new(0), gate: Semaphore::new(0) };
    let place = &*Box::leak(Box::new(place));
    let connections: &'static RefCell<Vec<AbortHandle>> = Box::leak(Box::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = Site { board, place, address: listener.local_addr().unwrap(), connections };
    let serve = async move {
        let handler = &*Box::leak(Box::new(WithSession::new(board, pool, App(place)).unwrap()));
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let task = spawn_local(async move {
                let mut buffer = [0; 2048];
                let mut socket = Socket(connection);
                // Until the connection is to be closed, or fails.
                while let Ok(false) =
                    handle_request::<_, _, 16>(&mut buffer, &mut socket, 0, handler).await
                {
                }
            });
            connections.borrow_mut().push(task.abort_handle());
        }
    };
    LocalSet::new()
        .run_until(async {
            let server = spawn_local(serve);
            test(&site).await;
            server.abort();
        })
        .await;
}
