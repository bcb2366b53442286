//! Counts what the layer allocates for a request, once its pool is warm.
//!
//! The store here allocates nothing, so what is counted is the layer's own. The extensions of the request are not empty,
//! as behind axum's router; those of the response are, so a report pays for their map.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use http::{HeaderValue, Request, Response, header};
use sansession::{
    Config, Freshness, Key, KeyRing, Meta, Revision, Sessions, StoreKey, Timestamp, Write,
};
use sansession_store::{Created, Loaded, SendStore, Updated};
use sansession_tower::{Session, SessionLayer};
use tower::{Layer, Service, service_fn};

/// One record, in place.
struct Place(Mutex<([u8; 512], usize, u64)>);

impl Place {
    fn put(&self, write: Write<'_>) {
        let (bytes, len, revision) = &mut *self.0.lock().unwrap();
        bytes[..write.record.len()].copy_from_slice(write.record);
        *len = write.record.len();
        *revision += 1;
    }
}

impl SendStore for Place {
    type Error = Infallible;

    async fn load(
        &self,
        _: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Infallible> {
        let (bytes, len, revision) = &*self.0.lock().unwrap();
        buffer[..*len].copy_from_slice(&bytes[..*len]);
        let meta = Meta::new(Revision::new(*revision), Timestamp::from_secs(1_000));
        Ok(Loaded::Found { len: *len, meta })
    }

    async fn create(&self, _: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        self.put(write);
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        _: &StoreKey,
        _: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        self.put(write);
        Ok(Updated::Stored)
    }

    async fn touch(&self, _: &StoreKey, _: Timestamp, _: Timestamp) -> Result<bool, Infallible> {
        Ok(true)
    }

    async fn destroy(&self, _: &StoreKey) -> Result<bool, Infallible> {
        Ok(true)
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, Infallible> {
        Ok(0)
    }

    async fn list(
        &self,
        _: &str,
        _: Option<&StoreKey>,
        _: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        Ok(0)
    }
}

/// What a handler does with its session.
#[derive(Clone, Copy)]
enum Does {
    Nothing,
    Reads,
    Writes,
}

async fn handle(request: Request<Does>) -> Result<Response<String>, Infallible> {
    let does = *request.body();
    if !matches!(does, Does::Nothing) {
        let session = Session::open(request.extensions()).await.unwrap();
        let visits = session.get::<u32>("visits").unwrap().unwrap_or_default();
        if matches!(does, Does::Writes) {
            session.insert("visits", &(visits + 1)).unwrap();
        }
    }
    Ok(plain())
}

/// With room for headers, as responses with a body have.
fn plain() -> Response<String> {
    let mut response = Response::new(String::new());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn ask(
    service: &mut impl Service<Request<Does>, Response = Response<String>, Error = Infallible>,
    request: Request<Does>,
) -> Response<String> {
    let answer = pin!(service.call(request));
    let Poll::Ready(answer) = answer.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing here has to wait")
    };
    answer.unwrap()
}

/// Who sends the request.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Visitor,
    Stranger,
}

/// A layer whose keeper allocates nothing.
fn layer(kept: Kept) -> SessionLayer {
    let ring = KeyRing::new(Key::new(1, b"thirty-two bytes of test key 001").unwrap());
    let config = Config::new().sweep_share(0);
    let layer = match kept {
        Kept::Stored => {
            let store = Place(Mutex::new(([0; 512], 0, 0)));
            SessionLayer::new(Sessions::stored(config, &ring).unwrap(), store)
        }
        Kept::Signed => SessionLayer::carried(Sessions::carried(config, &ring).unwrap()),
        Kept::Sealed => SessionLayer::carried(Sessions::sealed(config, &ring).unwrap()),
    };
    layer.clock(|| Timestamp::from_secs(1_000))
}

/// Where the session is.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kept {
    Stored,
    Signed,
    Sealed,
}

/// The blocks that the layer adds to a request.
fn added(kept: Kept, from: From, does: Does, reports: bool) -> u64 {
    let layer = layer(kept);
    let layer = if reports { layer.reports() } else { layer };
    let mut service = layer.layer(service_fn(handle));

    // Fills the pool.
    let begun = ask(&mut service, Request::new(Does::Writes));
    let line = begun.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = HeaderValue::from_str(line.split(';').next().unwrap()).unwrap();
    let request = |does| {
        let mut request = Request::new(does);
        request.extensions_mut().insert("what a router leaves");
        if from == From::Visitor {
            // A clone, so that its buffer is shared as those of a server's requests are.
            request.headers_mut().insert(header::COOKIE, cookie.clone());
        }
        request
    };
    let again = ask(&mut service, request(Does::Writes));
    let told = from == From::Stranger || kept != Kept::Stored;
    assert_eq!(again.headers().contains_key(header::SET_COOKIE), told);

    let request = request(does);
    let with = allocation_counter::measure(|| drop(ask(&mut service, request)));
    let without = allocation_counter::measure(|| drop(plain()));
    with.count_total - without.count_total
}

#[test]
fn a_request_costs_few_allocations() {
    /// The first extension of a response: the map, its table and the report.
    const REPORT: u64 = 3;
    let rows = [
        // The handle in the extensions of the request.
        ("never asks", From::Visitor, Does::Nothing, 1, 1, 0),
        // And the future of the load. What is carried is there.
        ("reads", From::Visitor, Does::Reads, 2, 1, REPORT),
        // And the future of the commit; what is carried goes into a cookie.
        ("writes", From::Visitor, Does::Writes, 3, 2, REPORT),
        // No load, but a cookie.
        ("begins a session", From::Stranger, Does::Writes, 3, 2, REPORT),
    ];
    for (what, from, does, stored, carried, report) in rows {
        let kinds = [(Kept::Stored, stored), (Kept::Signed, carried), (Kept::Sealed, carried)];
        for (kept, expected) in kinds {
            let counted = added(kept, from, does, false);
            println!(
                "a request that {what}, {kept:?}: {counted} allocations, {report} more for a report"
            );
            assert_eq!(counted, expected, "{kept:?}: a request that {what}");
            let reported = added(kept, from, does, true);
            assert_eq!(reported, expected + report, "{kept:?}: a request that {what}, reported");
        }
    }
}
