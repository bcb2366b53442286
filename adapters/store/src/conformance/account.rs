//! A principal's sessions as an account page shows and ends them (promise L11).

use std::string::String;
use std::vec::Vec;

use sansession::StoreKey;

use super::Run;
use super::browser::{SetCookie, Site, Visit};
use super::fixture::{NOW, Subject};
use super::report::{Finding, wrong};
use crate::contract::Store;
use crate::principals::{Listed, end_all, end_one, sessions};

/// Sessions of the principal: more than one page of a listing.
const SESSIONS: usize = 20;

const PRINCIPAL: &str = "ada";

pub(super) async fn checks<S: Store>(run: &mut Run<impl AsyncFn() -> S>) {
    check!(run, PrincipalIndex: an_account_lists_its_living_sessions, logging_out_everywhere_leaves_nothing);
}

/// Logs in from many browsers: their cookies and handles.
async fn log_in<S: Store>(
    site: &mut Site,
    store: &S,
) -> Result<(Vec<String>, Vec<StoreKey>), Finding> {
    let (mut cookies, mut handles) = (Vec::new(), Vec::new());
    for _ in 0..SESSIONS {
        let mut written = Ok(());
        let log_in = |visit: &mut Visit| written = visit.login(PRINCIPAL);
        let answer = site.visit(store, None, NOW, log_in).await?;
        written.map_err(wrong)?;
        let SetCookie::Set(cookie) = answer.cookie else {
            return Err(Finding(std::format!("no cookie after a login: {}", answer.outcome)));
        };
        handles.extend(site.look(store, &cookie, NOW).await?.map(|seen| seen.handle));
        cookies.push(cookie);
    }
    handles.sort_unstable();
    ensure_eq!(handles.len(), SESSIONS, "the number of sessions that are open after logging in");
    Ok((cookies, handles))
}

async fn listed<S: Store>(store: &S) -> Result<Vec<StoreKey>, Finding> {
    let (mut found, mut space) = (Vec::new(), [0; 512]);
    let note = |session: Listed| found.push(session.handle);
    sessions(store, PRINCIPAL, NOW, &mut space, note).await?;
    Ok(found)
}

async fn an_account_lists_its_living_sessions<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    let (store, mut site) = (&subject.store, Site::new()?);
    let (cookies, mut handles) = log_in(&mut site, store).await?;
    ensure_eq!(listed(store).await?, handles, "the sessions after logging in");
    let ended = site.look(store, &cookies[3], NOW).await?.map(|seen| seen.handle);
    let logout = site.visit(store, Some(&cookies[3]), NOW, Visit::invalidate);
    ensure_eq!(logout.await?.cookie, SetCookie::Removed, "the cookie after a logout");
    handles.retain(|handle| Some(*handle) != ended);
    ensure_eq!(listed(store).await?, handles, "the sessions after one logged out");
    Ok(())
}

async fn logging_out_everywhere_leaves_nothing<S: Store>(
    subject: Subject<S>,
) -> Result<(), Finding> {
    let (store, mut site) = (&subject.store, Site::new()?);
    let (cookies, mut handles) = log_in(&mut site, store).await?;
    // Ending them all repeats until none is left: a store whose sessions do not end would hold it for ever.
    let one = handles.remove(3);
    ensure!(end_one(store, PRINCIPAL, &one, &mut [0; 512]).await?, "a session cannot be ended");
    ensure_eq!(listed(store).await?, handles, "the sessions after one was ended");
    let kept = handles.first();
    let ended = end_all(store, PRINCIPAL, kept, &mut [0; 512]).await?;
    ensure_eq!(ended, SESSIONS - 2, "the number of other sessions ended");
    ensure_eq!(listed(store).await?, handles[..1], "the sessions after ending all others");
    end_all(store, PRINCIPAL, None, &mut [0; 512]).await?;
    ensure!(listed(store).await?.is_empty(), "a session is listed after ending all");
    for cookie in &cookies {
        let open = site.look(store, cookie, NOW).await?;
        ensure!(open.is_none(), "a session is open after logging out everywhere");
    }
    Ok(())
}
