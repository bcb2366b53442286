//! What the page shows.

use sansession::{CsrfToken, StoreKey, Timestamp, Verdict};
use sansession_store::Listed;
use sansession_tower::{Session, SessionError};

use crate::app::App;
use crate::clock;
use crate::kept::InCookies;
use crate::log::Row;
use crate::page::Problem;
use crate::page::notes::{self, Note};

/// The flash message that every action leaves.
pub(crate) const NOTICE: &str = "notice";
/// The value that counts page views.
const VISITS: &str = "visits";

/// Everything that the page shows, read from the session once.
pub(crate) struct View {
    pub(crate) now: Timestamp,
    pub(crate) insecure_http: bool,
    pub(crate) csrf: CsrfToken,
    pub(crate) verdict: Verdict,
    pub(crate) user: Option<String>,
    pub(crate) facts: Option<Facts>,
    pub(crate) visits: u64,
    pub(crate) notices: Vec<String>,
    pub(crate) notes: Vec<Note>,
    /// The user's, if anybody knows them.
    pub(crate) sessions: Result<Vec<Listed>, InCookies>,
    pub(crate) log: Vec<Row>,
}

/// What is known of an open session.
pub(crate) struct Facts {
    /// Its name in a store.
    pub(crate) handle: Option<StoreKey>,
    pub(crate) revision: u64,
    pub(crate) created: Timestamp,
    pub(crate) deadline: Timestamp,
}

/// Reads the session, and counts the visit if there is one to count it in.
pub(crate) async fn load(app: &App, session: &Session) -> Result<View, Problem> {
    let facts = facts(session)?;
    let visits = match facts {
        Some(_) => count_visit(session)?,
        None => 0,
    };
    let user = session.principal()?;
    let sessions = match (app.principals(), &user) {
        (Ok(principals), Some(user)) => Ok(principals.list(user).await?),
        (Ok(_), None) => Ok(Vec::new()),
        (Err(cookies), _) => Err(cookies),
    };
    Ok(View {
        now: clock::now(),
        insecure_http: app.insecure_http,
        verdict: session.verdict()?,
        user,
        facts,
        visits,
        notices: notices(session)?,
        notes: notes::list(session)?,
        sessions,
        log: app.log.rows(),
        // Last: writes may change it.
        csrf: session.csrf_token()?,
    })
}

fn facts(session: &Session) -> Result<Option<Facts>, SessionError> {
    Ok(session.with(|active| {
        Some(Facts {
            handle: active.handle(),
            revision: active.revision()?.get(),
            created: active.created()?,
            deadline: active.deadline()?,
        })
    })?)
}

/// Counts, as long as a full session has room for it.
fn count_visit(session: &Session) -> Result<u64, SessionError> {
    let before = session.with(|active| active.get::<&str>(VISITS).ok().flatten()?.parse().ok())?;
    let visits = before.unwrap_or(0_u64).saturating_add(1);
    let _ = session.insert_str(VISITS, &visits.to_string());
    Ok(visits)
}

/// All messages that wait, also those that the JSON interface left.
fn notices(session: &Session) -> Result<Vec<String>, SessionError> {
    let keys = session.flash_keys()?;
    let read = |key: String| {
        let message = session
            .with(|active| active.flashed::<&str>(&key).ok().flatten().map(str::to_owned))?;
        Ok(message.map(|message| if key == NOTICE { message } else { format!("{key}: {message}") }))
    };
    keys.into_iter().filter_map(|key| read(key).transpose()).collect()
}
