//! Many requests of one browser at once, whole exchanges in tasks that run in parallel (promise L6).

use std::boxed::Box;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use sansession::Outcome;

use super::Task;
use super::browser::{SetCookie, Site, Visit};
use super::fixture::{NOW, Subject};
use super::parallel::{again, all};
use super::report::{Finding, wrong};
use crate::contract::{SendStore, Store};

/// Requests at once; what they write fits into the shortest records that a store must take.
const REQUESTS: u64 = 50;

/// Each request writes a key of its own. What it was told is true: stored and there, or refused and not.
pub(super) async fn lose_nothing<S: SendStore + 'static>(
    subject: Subject<S>,
    spawn: &dyn Fn(Task),
) -> Result<(), Finding> {
    let mut site = Site::new()?;
    let begun = visit(&mut site, &subject.store, None, "base").await?;
    let SetCookie::Set(cookie) = begun.1 else {
        return Err(Finding(std::format!("no cookie with a new session: {}", begun.0)));
    };
    let cookie: Arc<str> = cookie.into();
    let (store, kit) = (Arc::new(subject.store), subject.kit);
    let told = all(spawn, REQUESTS, |request| {
        let (store, cookie) = (Arc::clone(&store), Arc::clone(&cookie));
        Box::pin(async move {
            let mut site = Site::new()?;
            let answer = visit(&mut site, &*store, Some(&cookie), &name(request)).await?;
            Ok(answer.0)
        })
    });
    let told = told.await?;
    let subject = again(store, kit)?;
    let mut found = Vec::new();
    let look = |visit: &mut Visit| found.extend(visit.keys().map(String::from));
    site.visit(&subject.store, Some(&cookie), NOW, look).await?;
    for (request, outcome) in (0..).zip(told) {
        let is_there = found.contains(&name(request));
        let agrees = match outcome {
            Outcome::Updated => is_there,
            Outcome::Conflict => !is_there,
            _ => false,
        };
        ensure!(agrees, "request {request} was told {outcome}, and the store has {found:?}");
    }
    ensure!(found.len() > 1, "each request was told of a conflict: somebody wins each");
    Ok(())
}

fn name(request: u64) -> String {
    std::format!("{request}")
}

/// A request that writes a key.
async fn visit<S: Store>(
    site: &mut Site,
    store: &S,
    cookie: Option<&str>,
    key: &str,
) -> Result<(Outcome, SetCookie), Finding> {
    let mut written = Ok(());
    let act = |visit: &mut Visit| written = visit.insert(key, &());
    let answer = site.visit(store, cookie, NOW, act).await?;
    written.map_err(wrong)?;
    Ok((answer.outcome, answer.cookie))
}
