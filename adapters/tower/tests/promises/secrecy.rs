//! What the log gets to see.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

use crate::browser::{QUIET, Site};
use crate::shelf::Call;

/// Writes down every event of this crate, with its level and all fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("sansession")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        let mut log = self.0.lock().unwrap();
        writeln!(log, "{}", line.0).unwrap();
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap()).lines().map(str::to_owned).collect()
    }
}

// promise: L14
#[tokio::test]
async fn each_exchange_is_told_once() {
    let log = Log::default();
    let _on = tracing::subscriber::set_default(log.clone());
    let site = Site::new();
    let mut browser = site.visitor().await;
    assert_eq!(
        log.take(),
        [r#"DEBUG message=session exchange closed verdict="none" outcome="created" steps=1"#]
    );
    browser.visit(async |_| {}).await;
    assert_eq!(
        log.take(),
        [r#"DEBUG message=session exchange closed verdict="resumed" outcome="unchanged" steps=0"#]
    );
    browser.send(async |_| crate::browser::page(http::StatusCode::OK)).await;
    assert!(log.take().is_empty());
}

// promise: L15
#[tokio::test]
async fn a_refusal_is_a_warning_with_its_cause() {
    let log = Log::default();
    let _on = tracing::subscriber::set_default(log.clone());
    let site = Site::of(QUIET.touch_share(0));
    let mut browser = site.visitor().await;
    log.take();
    site.wait_secs(60);
    for (broken, said) in [
        (Call::Load, "refused=the session store failed to load cause=the shelf is broken"),
        (Call::Update, "refused=the session store failed to store cause=the shelf is broken"),
        (Call::Touch, "session upkeep failed cause=the shelf is broken"),
    ] {
        site.store().breaks(broken);
        let writes = broken == Call::Update;
        browser
            .visit(async |session| {
                if writes {
                    session.insert("visits", &2_u32).unwrap();
                }
            })
            .await;
        site.store().heals();
        let lines = log.take();
        let warning = lines.iter().find(|line| line.starts_with(Level::WARN.as_str()));
        assert!(warning.is_some_and(|line| line.contains(said)), "{lines:?}");
    }
}

// promise: I6
#[tokio::test]
async fn neither_log_nor_debug_shows_an_id_a_key_or_a_value() {
    let log = Log::default();
    let _on = tracing::subscriber::set_default(log.clone());
    let site = Site::of(QUIET.touch_share(0).sweep_share(1000));
    let mut browser = site.browser();
    let mut shown = String::new();
    let mut handle = String::new();
    let mut cookies = Vec::new();
    for broken in [None, Some(Call::Load), Some(Call::Update), Some(Call::Destroy), None] {
        site.wait_secs(60);
        if let Some(call) = broken {
            site.store().breaks(call);
        }
        let response = browser
            .visit(async |session| {
                session.insert_str("the-name-of-a-key", "the-value").unwrap();
                session.login("the-principal").unwrap();
                if broken == Some(Call::Destroy) {
                    session.invalidate().unwrap();
                }
                if let Some(key) = session.handle().unwrap() {
                    handle = key.to_string();
                }
                write!(shown, "{session:?}").unwrap();
            })
            .await;
        site.store().heals();
        tokio::task::yield_now().await;
        cookies.extend(browser.cookie.clone());
        write!(shown, "{:?} {:?}", response.headers(), response.extensions()).unwrap();
    }
    write!(shown, "{:?} {:?}", site.layer, log.take()).unwrap();

    let tokens = cookies.iter().filter_map(|cookie| cookie.split_once('=')).map(|(_, token)| token);
    let secrets: Vec<_> = tokens
        .chain([handle.as_str(), "the-name-of-a-key", "the-value", "the-principal"])
        .collect();
    assert!(secrets.len() >= 5 && secrets.iter().all(|secret| secret.len() > 8), "{secrets:?}");
    for secret in secrets {
        // A part of a token is a part of the id: look for each stretch of eight characters.
        for part in secret.as_bytes().windows(8) {
            let part = std::str::from_utf8(part).unwrap();
            assert!(!shown.contains(part), "{part} is shown in {shown}");
        }
    }
}
