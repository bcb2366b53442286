//! What a closed exchange comes to: headers and a report on the answer, or another answer.

use std::error::Error;
use std::sync::Arc;

use http::{HeaderValue, Response};
use sansession::Verdict;

use crate::headers;
use crate::keeper::Finished;
use crate::lease::Lease;
use crate::refused::Refused;
use crate::report::Report;

/// What the application wants of the answers.
#[derive(Clone)]
pub(crate) struct Style {
    /// How it answers a refused request.
    pub(crate) shape: Arc<dyn Fn(Refused) -> Response<String> + Send + Sync>,
    /// Whether it looks for a [`Report`].
    pub(crate) reports: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { shape: Arc::new(|refused| refused.plain()), reports: false }
    }
}

pub(crate) struct Settled {
    report: Report,
    /// Set if the handler's answer must not be sent.
    refused: Option<Refused>,
    cookie: Option<HeaderValue>,
    cache_control: Option<&'static str>,
}

impl Settled {
    /// Of a session that could not be opened. The handler was told, and answers as it sees fit.
    pub(crate) fn unopened(refused: &Refused) -> Self {
        let report = Report::unopened();
        report.log(Some(refused), None);
        Self { report, refused: None, cookie: None, cache_control: None }
    }

    /// Of an exchange for which there was no id.
    pub(crate) fn unplanned(verdict: Verdict, refused: Refused) -> Self {
        let report = Report::unplanned(verdict);
        report.log(Some(&refused), None);
        Self { report, refused: Some(refused), cookie: None, cache_control: None }
    }

    /// Of an exchange that the store was asked about, or did not need to be.
    pub(crate) fn finished(lease: &mut Lease, finished: Finished) -> Self {
        let Finished { reply, mut cause, steps } = finished;
        let cookie = lease.host.keeper.sessions().set_cookie(&reply);
        let outcome = reply.outcome();
        let report = Report {
            verdict: Some(reply.verdict()),
            outcome,
            steps,
            set_cookie_bytes: cookie.as_ref().map_or(0, HeaderValue::len),
        };
        let refused = outcome.is_refusal().then(|| match reply.record_error() {
            Some(error) => Refused::Record(error),
            None => Refused::Commit { outcome, cause: cause.take() },
        });
        report.log(refused.as_ref(), cause.as_deref().map(|cause| cause as &(dyn Error + 'static)));
        let cache_control = reply.cache_control();
        lease.keep(reply.into_slot());
        Self { report, refused, cookie, cache_control }
    }

    /// Puts it on the handler's answer, or on the one that takes its place.
    pub(crate) fn dress<B: From<String>>(
        self,
        mut response: Response<B>,
        style: &Style,
    ) -> Response<B> {
        let told = response.extensions_mut().remove::<Refused>();
        if let Some(refused) = self.refused.or(told) {
            response = (style.shape)(refused).map(B::from);
        }
        let headers = response.headers_mut();
        headers::vary(headers, sansession::VARY);
        if let Some(advice) = self.cache_control {
            headers::cache_control(headers, advice);
        }
        if let Some(cookie) = self.cookie {
            headers::set_cookie(headers, cookie);
        }
        if style.reports {
            response.extensions_mut().insert(self.report);
        }
        response
    }
}
