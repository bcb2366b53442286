use std::cell::Cell;
use std::convert::Infallible;
use std::thread_local;

use http::{HeaderValue, Request, Response, StatusCode, header};
use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Config, Freshness, Key, KeyRing, Outcome, Revision, Sessions, StoreKey, Timestamp, Write,
};
use sansession_memory::MemoryStore;
use sansession_store::{Created, Loaded, SendStore, Updated};
use tower::{Layer, ServiceExt, service_fn};

use crate::{Report, Session, SessionError, SessionLayer};

thread_local! {
    static FAILS: Cell<bool> = const { Cell::new(false) };
}

/// The system's, until it is told to fail.
pub(crate) struct Faulty;

impl TryRng for Faulty {
    type Error = getrandom::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        getrandom::SysRng.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        getrandom::SysRng.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        if FAILS.get() {
            return Err(getrandom::Error::UNSUPPORTED);
        }
        getrandom::SysRng.try_fill_bytes(bytes)
    }
}

impl TryCryptoRng for Faulty {}

/// A store that must not be asked.
struct Untouched;

impl SendStore for Untouched {
    type Error = Infallible;

    async fn load(&self, _: &StoreKey, _: &mut [u8], _: Freshness) -> Result<Loaded, Infallible> {
        unreachable!()
    }

    async fn create(&self, _: &StoreKey, _: Write<'_>) -> Result<Created, Infallible> {
        unreachable!()
    }

    async fn update(&self, _: &StoreKey, _: Revision, _: Write<'_>) -> Result<Updated, Infallible> {
        unreachable!()
    }

    async fn touch(&self, _: &StoreKey, _: Timestamp, _: Timestamp) -> Result<bool, Infallible> {
        unreachable!()
    }

    async fn destroy(&self, _: &StoreKey) -> Result<bool, Infallible> {
        unreachable!()
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, Infallible> {
        unreachable!()
    }

    async fn list(
        &self,
        _: &str,
        _: Option<&StoreKey>,
        _: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        unreachable!()
    }
}

const QUIET: Config = Config::new().sweep_share(0);

fn ring() -> KeyRing {
    KeyRing::new(Key::new(1, b"thirty-two bytes of test key 001").unwrap())
}

// promise: I1
#[tokio::test]
async fn without_randomness_there_is_no_session_no_token_and_no_cookie() {
    let sessions = Sessions::stored(QUIET, &ring()).unwrap();
    let service = service_fn(async |request: Request<()>| {
        let session = Session::open(request.extensions()).await.unwrap();
        assert_eq!(session.csrf_token().unwrap_err(), SessionError::Rng);
        session.insert_str("name", "Ada").unwrap();
        Ok::<_, Infallible>(Response::new("welcome".to_owned()))
    });
    FAILS.set(true);
    let response = SessionLayer::new(sessions, Untouched)
        .reports()
        .layer(service)
        .oneshot(Request::new(()))
        .await
        .unwrap();
    FAILS.set(false);
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.body(), "the random number generator failed");
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    let report = response.extensions().get::<Report>().unwrap();
    assert_eq!((report.outcome, report.steps.iter().count()), (Outcome::RngFailed, 0));
}

/// Logs out if there is a session, begins one in any case, and answers with the verdict.
async fn begin_anew(request: Request<()>) -> Result<Response<String>, Infallible> {
    let session = Session::open(request.extensions()).await.unwrap();
    session.invalidate().unwrap();
    session.insert_str("name", "Ada").unwrap();
    Ok(Response::new(session.verdict().unwrap().to_string()))
}

/// The log-out is done, the session after it is not begun: the page is not sent. What was stored is gone; what was
/// carried is taken from the browser.
// promise: I1 L4
#[tokio::test]
async fn a_logout_without_randomness_is_still_a_logout() {
    let stored = Sessions::stored(QUIET, &ring()).unwrap();
    let signed = Sessions::carried(QUIET, &ring()).unwrap();
    let sealed = Sessions::sealed(QUIET, &ring()).unwrap();
    for (layer, removal, copy) in [
        (SessionLayer::new(stored, MemoryStore::new(10)), false, "unknown"),
        (SessionLayer::carried(signed), true, "resumed"),
        (SessionLayer::carried(sealed), true, "resumed"),
    ] {
        let service = layer.layer(service_fn(begin_anew));
        let begun = service.clone().oneshot(Request::new(())).await.unwrap();
        let line = begun.headers()[header::SET_COOKIE].to_str().unwrap();
        let (pair, _) = line.split_once(';').unwrap();

        let mut request = Request::new(());
        request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(pair).unwrap());
        FAILS.set(true);
        let response = service.clone().oneshot(request.clone()).await.unwrap();
        FAILS.set(false);

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.body(), "the random number generator failed");
        let line = response.headers().get(header::SET_COOKIE).map(|line| line.to_str().unwrap());
        let removes =
            |line: &str| line.starts_with("__Host-session=;") && line.contains("Max-Age=0");
        assert_eq!((line.is_some(), line.is_some_and(removes)), (removal, removal), "{line:?}");
        assert_eq!(service.oneshot(request).await.unwrap().body(), copy);
    }
}
