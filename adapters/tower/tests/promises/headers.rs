//! What caches and the application's own headers get.

use http::{HeaderMap, HeaderValue, Response, header};
use sansession_tower::Session;

use crate::browser::{Browser, Site, set_cookie};

/// The answer to a request that reads or writes the session and has headers of its own.
async fn answer(
    browser: &mut Browser,
    writes: bool,
    own: &[(header::HeaderName, &'static str)],
) -> HeaderMap {
    let response = browser
        .send(async |request| {
            let session = Session::open(request.extensions()).await.unwrap();
            if writes {
                session.insert("visits", &2_u32).unwrap();
            }
            let mut response = Response::new(String::new());
            for (name, value) in own {
                response.headers_mut().append(name, HeaderValue::from_static(value));
            }
            response
        })
        .await;
    response.into_parts().0.headers
}

fn all(headers: &HeaderMap, name: header::HeaderName) -> Vec<&str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

// promise: H6
#[tokio::test]
async fn a_session_that_was_read_adds_vary_cookie() {
    let site = Site::new();
    let mut visitor = site.visitor().await;
    let cached = (header::CACHE_CONTROL, "public, max-age=60");
    let headers =
        answer(&mut visitor, false, &[(header::VARY, "accept-encoding"), cached.clone()]).await;
    assert_eq!(all(&headers, header::VARY), ["accept-encoding", "Cookie"]);
    assert_eq!(all(&headers, header::CACHE_CONTROL), [cached.1]);
}

// promise: H6
#[tokio::test]
async fn vary_is_not_said_twice() {
    let site = Site::new();
    let mut visitor = site.visitor().await;
    for own in ["cookie", "Accept, COOKIE", "*"] {
        let headers = answer(&mut visitor, false, &[(header::VARY, own)]).await;
        assert_eq!(all(&headers, header::VARY), [own]);
    }
    let headers = answer(&mut visitor, false, &[(header::VARY, "x-cookie")]).await;
    assert_eq!(all(&headers, header::VARY), ["x-cookie", "Cookie"]);
}

// promise: H6
#[tokio::test]
async fn a_cookie_takes_the_place_of_all_cache_advice() {
    let site = Site::new();
    let own = [(header::CACHE_CONTROL, "public"), (header::CACHE_CONTROL, "max-age=60")];
    let headers = answer(&mut site.browser(), true, &own).await;
    assert_eq!(all(&headers, header::CACHE_CONTROL), ["no-store"]);
    assert_eq!(all(&headers, header::VARY), ["Cookie"]);
}

// promise: H6
#[tokio::test]
async fn the_removal_of_a_cookie_is_not_cached_either() {
    let site = Site::new();
    let mut visitor = site.visitor().await;
    let response = visitor.visit(async |session| session.invalidate().unwrap()).await;
    assert!(set_cookie(&response).unwrap().contains("Max-Age=0"));
    assert_eq!(all(response.headers(), header::CACHE_CONTROL), ["no-store"]);
}

// promise: H4
#[tokio::test]
async fn the_applications_own_cookies_stay() {
    let site = Site::new();
    let headers = answer(&mut site.browser(), true, &[(header::SET_COOKIE, "theme=dark")]).await;
    let cookies = all(&headers, header::SET_COOKIE);
    assert_eq!((cookies.len(), cookies[0]), (2, "theme=dark"));
    assert!(cookies[1].starts_with("__Host-session="));
}

/// HTTP/2 sends cookie pairs in several headers.
// promise: H2
#[tokio::test]
async fn the_cookie_is_found_in_any_cookie_header() {
    let site = Site::new();
    let mut visitor = site.visitor().await;
    let cookie = visitor.cookie.take().unwrap();
    let mut request = visitor.request();
    for line in ["theme=dark", &cookie, "lang=en"] {
        request.headers_mut().append(header::COOKIE, line.parse().unwrap());
    }
    let service = tower::service_fn(async |request: http::Request<()>| {
        let session = Session::open(request.extensions()).await.unwrap();
        assert_eq!(session.get("visits"), Ok(Some(1_u32)));
        Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    });
    tower::Service::call(&mut tower::Layer::layer(&site.layer, service), request).await.unwrap();
}
