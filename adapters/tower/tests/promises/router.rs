//! The layer in an axum application, from request to response.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::{get, post};
use http::{Request, Response, StatusCode, header};
use sansession::Outcome;
use sansession_tower::{Session, SessionError};
use tower::ServiceExt;

use crate::browser::{Site, outcome, set_cookie};
use crate::shelf::Call;

async fn home(session: Session) -> Result<String, SessionError> {
    let name = session.principal()?.unwrap_or_else(|| "stranger".to_owned());
    let notice = session.flashed::<String>("notice")?.unwrap_or_default();
    Ok(format!("{name} {notice}"))
}

async fn form(session: Session) -> Result<String, SessionError> {
    Ok(session.csrf_token()?.to_string())
}

async fn login(
    session: Session,
    again: Session,
    token: String,
) -> Result<StatusCode, SessionError> {
    if !session.verify_csrf(&token)? {
        return Ok(StatusCode::FORBIDDEN);
    }
    session.login("ada")?;
    again.flash_str("notice", "hello")?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(session: Session) -> Result<StatusCode, SessionError> {
    session.invalidate()?;
    Ok(StatusCode::NO_CONTENT)
}

async fn fill(session: Session) -> Result<(), SessionError> {
    session.insert_str("note", &"n".repeat(10_000))
}

/// An application with one browser in front.
struct App {
    router: Router,
    cookie: Option<String>,
}

impl App {
    fn new(site: &Site) -> Self {
        let router = Router::new()
            .route("/", get(home).post(login))
            .route("/form", get(form))
            .route("/logout", post(logout))
            .route("/fill", post(fill))
            .route("/ping", get(async || "pong"))
            .layer(site.layer.clone());
        Self { router, cookie: None }
    }

    async fn send(&mut self, request: &str, body: &str) -> (Response<()>, String) {
        let (method, path) = request.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let response = Response::from_parts(parts, ());
        if let Some(line) = set_cookie(&response) {
            let pair = line.split(';').next().unwrap();
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (response, String::from_utf8(body.to_vec()).unwrap())
    }
}

// promise: L2 L4 F1 C1
#[tokio::test]
async fn log_in_be_greeted_once_and_log_out() {
    let site = Site::new();
    let mut app = App::new(&site);
    assert_eq!(app.send("GET /", "").await.1, "stranger ");
    assert_eq!(app.send("POST /", "made up").await.0.status(), StatusCode::FORBIDDEN);

    let (guest, token) = app.send("GET /form", "").await;
    assert_eq!(outcome(&guest), Some(Outcome::Guest));
    let (login, _) = app.send("POST /", &token).await;
    assert_eq!((login.status(), outcome(&login)), (StatusCode::NO_CONTENT, Some(Outcome::Created)));

    assert_eq!(app.send("GET /", "").await.1, "ada hello");
    assert_eq!(app.send("GET /", "").await.1, "ada ");

    let (logout, _) = app.send("POST /logout", "").await;
    assert_eq!((outcome(&logout), app.cookie.as_deref()), (Some(Outcome::Destroyed), None));
    assert_eq!(app.send("GET /", "").await.1, "stranger ");
    assert!(site.store().records().is_empty());
}

// promise: L1
#[tokio::test]
async fn a_route_without_the_extractor_never_asks_the_store() {
    let site = Site::new();
    let mut app = App::new(&site);
    app.cookie = site.visitor().await.cookie;
    let (response, body) = app.send("GET /ping", "").await;
    assert_eq!((body.as_str(), site.calls()), ("pong", vec![]));
    assert!(!response.headers().contains_key(header::VARY));
}

// promise: L15
#[tokio::test]
async fn an_extractor_that_is_refused_answers_503_in_the_applications_shape() {
    let site = Site::new();
    let plain = App::new(&site);
    let shaped = site.rebuilt(|layer| {
        layer.on_refused(|refused| {
            Response::builder()
                .status(refused.status())
                .body("{\"error\":\"store\"}".to_owned())
                .unwrap()
        })
    });
    let cookie = site.visitor().await.cookie;
    site.store().breaks(Call::Load);
    for (mut app, expected) in
        [(plain, "the session store failed to load"), (App::new(&shaped), "{\"error\":\"store\"}")]
    {
        app.cookie.clone_from(&cookie);
        let (response, body) = app.send("GET /", "").await;
        assert_eq!((response.status(), body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, expected));
        assert_eq!(set_cookie(&response), None);
    }
}

// promise: T10
#[tokio::test]
async fn what_does_not_fit_is_507_by_the_question_mark() {
    let mut app = App::new(&Site::new());
    assert_eq!(app.send("POST /fill", "").await.0.status(), StatusCode::INSUFFICIENT_STORAGE);
}
