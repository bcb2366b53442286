//! The site: a board, the layer, and a server on a port of its own.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;

use picoserve::routing::{PathRouter, get, parse_path_segment, post};
use picoserve::{Config, Router, Server};
use sansession_picoserve::{Pool, Session, SessionLayer, Slots};
use sansession_web_support::{Board, Browser, QUIET};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, LocalSet, spawn_local};

use crate::handlers;

/// What handlers share; the application's state.
pub(crate) struct Place {
    opened: Semaphore,
    gate: Semaphore,
    /// A session that a handler left behind.
    pub(crate) left: Cell<Option<Session>>,
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

    /// Lets as many handlers go on.
    pub(crate) fn releases(&self, count: usize) {
        self.gate.add_permits(count);
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

fn app(
    board: &'static Board,
    pool: &'static dyn Pool,
    place: &'static Place,
) -> Router<impl PathRouter> {
    Router::new()
        .route("/ping", get(handlers::ping))
        .route("/look", get(handlers::look))
        .route("/verdict", get(handlers::verdict))
        .route("/count", post(handlers::count))
        .nest("/api", Router::new().route("/count", post(handlers::count)))
        .route(("/login", parse_path_segment::<String>()), post(handlers::login))
        .route("/logout", post(handlers::logout))
        .route("/regenerate", post(handlers::regenerate))
        .route("/twice", post(handlers::twice))
        .route("/nested", get(handlers::nested))
        .route("/hoard", post(handlers::hoard))
        .route("/slow", post(handlers::slow))
        .route("/leave", post(handlers::leave))
        .route("/fail", post(handlers::fail))
        .route("/fail-to-log-out", post(handlers::fail_to_log_out))
        .route("/adorned", post(handlers::adorned))
        .route("/csrf", get(handlers::csrf_token))
        .route(("/csrf", parse_path_segment::<String>()), post(handlers::csrf_verify))
        .layer(SessionLayer::new(board, pool))
        .with_state(place)
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
    let place = Place { opened: Semaphore::new(0), gate: Semaphore::new(0), left: Cell::new(None) };
    let place = &*Box::leak(Box::new(place));
    let connections: &'static RefCell<Vec<AbortHandle>> = Box::leak(Box::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = Site { board, place, address: listener.local_addr().unwrap(), connections };
    let serve = async move {
        let app = &*Box::leak(Box::new(app(board, pool, place)));
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            let task = spawn_local(async move {
                let config = Config::const_default().keep_connection_alive();
                let mut buffer = [0; 2048];
                // A browser that goes away is no failure.
                drop(Server::new_tokio(app, &config, &mut buffer).serve(connection).await);
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
