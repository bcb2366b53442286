//! The layer without axum: a tower service with a body of `http-body-util`.

use std::convert::Infallible;

use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use sansession_tower::{Refused, Session};
use tower::util::BoxCloneService;
use tower::{ServiceBuilder, ServiceExt, service_fn};

use crate::browser::{Site, set_cookie};
use crate::shelf::Call;

type Body = Full<bytes::Bytes>;

async fn count(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let session = match Session::open(request.extensions()).await {
        Ok(session) => session,
        Err(refused) => {
            return Ok(Response::builder()
                .status(refused.status())
                .body(refused.to_string().into())
                .unwrap());
        }
    };
    let visits = session.get::<u32>("visits").unwrap().unwrap_or_default() + 1;
    session.insert("visits", &visits).unwrap();
    Ok(Response::new(visits.to_string().into()))
}

fn service(site: &Site) -> BoxCloneService<Request<Body>, Response<Body>, Infallible> {
    BoxCloneService::new(ServiceBuilder::new().layer(site.layer.clone()).service_fn(count))
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}

// promise: L1
#[tokio::test]
async fn a_tower_service_counts_visits() {
    let site = Site::new();
    let first = service(&site).oneshot(Request::new(Body::default())).await.unwrap();
    let cookie = set_cookie(&first).unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(text(first).await, "1");

    let second = Request::builder().header(header::COOKIE, cookie).body(Body::default()).unwrap();
    let second = service(&site).oneshot(second).await.unwrap();
    assert_eq!(set_cookie(&second), None);
    assert_eq!(text(second).await, "2");
}

// promise: L15
#[tokio::test]
async fn a_refusal_is_made_for_any_body_that_takes_text() {
    let site = Site::new();
    site.store().breaks(Call::Create);
    let response = service(&site).oneshot(Request::new(Body::default())).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(text(response).await, "the session store failed to store");
}

// promise: L15
#[tokio::test]
async fn a_service_without_the_layer_is_told_so() {
    let response = service_fn(count).oneshot(Request::new(Body::default())).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, Refused::NoLayer.to_string());
}
