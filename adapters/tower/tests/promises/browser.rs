//! A browser with one cookie, and the layer that it talks to.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{Request, Response, StatusCode, header};
use sansession::{Config, Key, KeyRing, Outcome, Sessions, Timestamp};
use sansession_tower::{Report, Session, SessionLayer};
use tower::{Layer, Service, service_fn};

use crate::shelf::{Call, Shelf};

/// Without renewal, sweeping and touching, so that a test sees only what it asks for.
pub(crate) const QUIET: Config = Config::new().no_renew().sweep_share(0).touch_share(100);

pub(crate) fn ring() -> KeyRing {
    KeyRing::new(Key::new(1, b"thirty-two bytes of test key 001").unwrap())
}

/// A web site.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) layer: SessionLayer,
    store: Arc<Shelf>,
    now: Arc<AtomicU64>,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::of(QUIET)
    }

    pub(crate) fn of(config: Config) -> Self {
        let now = Arc::new(AtomicU64::new(1_000_000));
        let clock = Arc::clone(&now);
        let store = Arc::<Shelf>::default();
        let sessions = Sessions::stored(config, &ring()).unwrap();
        let layer = SessionLayer::new(sessions, Arc::clone(&store)).reports();
        let layer = layer.clock(move || Timestamp::from_secs(clock.load(Ordering::Relaxed)));
        Self { layer, store, now }
    }

    /// The same site and store behind another layer.
    pub(crate) fn rebuilt(&self, layer: impl FnOnce(SessionLayer) -> SessionLayer) -> Self {
        Self { layer: layer(self.layer.clone()), ..self.clone() }
    }

    pub(crate) fn store(&self) -> &Shelf {
        &self.store
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.store().calls()
    }

    pub(crate) fn wait_secs(&self, secs: u64) {
        self.now.fetch_add(secs, Ordering::Relaxed);
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::at(&self.layer)
    }

    /// A browser that has a session with `visits` = 1; the calls that this took are forgotten.
    pub(crate) async fn visitor(&self) -> Browser {
        let mut browser = self.browser();
        let response =
            browser.visit(|session| async move { session.insert("visits", &1_u32).unwrap() }).await;
        assert_eq!(outcome(&response), Some(Outcome::Created));
        self.calls();
        browser
    }
}

/// One browser.
#[derive(Clone)]
pub(crate) struct Browser {
    layer: SessionLayer,
    pub(crate) cookie: Option<String>,
}

impl Browser {
    /// A browser that has never been at this layer's site.
    pub(crate) fn at(layer: &SessionLayer) -> Self {
        Self { layer: layer.clone(), cookie: None }
    }

    pub(crate) fn request(&self) -> Request<()> {
        let mut request = Request::new(());
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        request
    }

    /// The answer to a request with this handler, on its way.
    pub(crate) fn start<H, F>(
        &self,
        handler: H,
    ) -> impl Future<Output = Result<Response<String>, Infallible>> + use<H, F>
    where
        H: FnOnce(Request<()>) -> F,
        F: Future<Output = Response<String>>,
    {
        let mut handler = Some(handler);
        let service = service_fn(move |request| {
            let answer = handler.take().map(|handler| handler(request));
            async move { Ok(answer.unwrap().await) }
        });
        self.layer.layer(service).call(self.request())
    }

    /// Sends a request and keeps the cookie.
    pub(crate) async fn send<H, F>(&mut self, handler: H) -> Response<String>
    where
        H: FnOnce(Request<()>) -> F,
        F: Future<Output = Response<String>>,
    {
        let response = self.start(handler).await.unwrap();
        if let Some(line) = set_cookie(&response) {
            let pair = line.split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        response
    }

    /// Sends a request whose handler opens the session and answers 200 with the text "page".
    pub(crate) async fn visit<H, F>(&mut self, handler: H) -> Response<String>
    where
        H: FnOnce(Session) -> F,
        F: Future<Output = ()>,
    {
        self.send(|request| async move {
            match Session::open(request.extensions()).await {
                Ok(session) => {
                    handler(session).await;
                    page(StatusCode::OK)
                }
                Err(refused) => {
                    Response::builder().status(refused.status()).body(refused.to_string()).unwrap()
                }
            }
        })
        .await
    }

    /// What a new request reads under `key`.
    pub(crate) async fn reads(&self, key: &str) -> Option<u32> {
        let mut value = None;
        self.clone().visit(async |session| value = session.get(key).unwrap()).await;
        value
    }
}

pub(crate) fn page(status: StatusCode) -> Response<String> {
    Response::builder().status(status).body("page".to_owned()).unwrap()
}

/// The last `Set-Cookie`.
pub(crate) fn set_cookie<B>(response: &Response<B>) -> Option<&str> {
    response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .next_back()
        .map(|line| line.to_str().unwrap())
}

pub(crate) fn outcome<B>(response: &Response<B>) -> Option<Outcome> {
    response.extensions().get::<Report>().map(|report| report.outcome)
}

/// All values of a header, joined as they would be read.
pub(crate) fn header<B>(response: &Response<B>, name: header::HeaderName) -> String {
    let lines: Vec<_> =
        response.headers().get_all(name).iter().map(|line| line.to_str().unwrap()).collect();
    lines.join(", ")
}
