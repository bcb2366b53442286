//! A request comes in: which cookie opens which session, and what the handler finds there.

use sansession::{Begin, Freshness, Slot, StoreKey, Verdict};
use sansession_store::{Loaded, Store};

use super::request::{CsrfBasis, Opened, Request};
use super::web::{From, Lane, NAME, SKEW, Token, Web};
use crate::issue::Exchange;

/// What the cookies of a request are.
#[derive(Default)]
struct Arrival {
    /// Those to be looked up.
    candidates: Vec<Token>,
    guest: Option<CsrfBasis>,
    verdict: Verdict,
    /// The session that an id was renewed of long ago.
    obsolete: Option<StoreKey>,
    opened: Option<Opened>,
}

impl Web {
    /// Opens an exchange for a browser, and compares what its handler finds with the model.
    pub(super) fn open(&mut self, lane: usize, from: From, load_fails: bool) {
        self.lanes[lane] = Lane::Free;
        let header = self.browsers[from.browser].header(self.now);
        let mut arrival = self.arrive(header.as_deref());
        let lines = header.iter().map(String::as_bytes);
        let mut begin = self.servers[from.server].begin(lines, self.now, self.slot());
        let active = loop {
            let mut loading = match begin {
                Begin::Ready(active) => break active,
                Begin::Load(loading) => loading,
            };
            if load_fails {
                drop(loading.into_slot());
                return;
            }
            let (key, buffer, asked) = loading.request();
            let freshness = if self.rules.cached { asked } else { Freshness::Latest };
            let Ok(loaded) = pollster::block_on(self.store.load(&key, buffer, freshness));
            self.judge(&mut arrival, key, freshness, from.server);
            let next = match loaded {
                Loaded::Found { len, meta } => {
                    loading.found(&self.servers[from.server], len, meta, freshness)
                }
                Loaded::Missing => loading.missing(freshness),
            };
            begin = next.expect("a record of this build");
        };
        assert!(arrival.opened.is_some() || arrival.candidates.is_empty(), "not looked up");
        assert_eq!(active.verdict(), arrival.verdict);
        assert_eq!(active.obsolete(), arrival.obsolete);
        self.exchanges += 1;
        let Arrival { guest, opened, .. } = arrival;
        let request = Request::new(self.policy, self.exchanges, self.now, opened, guest);
        compare(&active, &request);
        self.lanes[lane] = Lane::Handler(active, Box::new(request), from);
    }

    pub(super) fn slot(&self) -> Box<Slot> {
        if self.rules.small {
            Box::new(Slot::<[u8; 256]>::new())
        } else {
            Box::new(Slot::<[u8; 4096]>::new())
        }
    }

    /// Sorts the cookies of a request, as promises H3, I3, L7 and L8 have it.
    fn arrive(&self, header: Option<&str>) -> Arrival {
        let mut arrival = Arrival::default();
        let pairs = header.into_iter().flat_map(|header| header.split("; "));
        let values = pairs.filter_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('='));
        for value in values.take(8) {
            let verdict = match self.tokens.iter().find(|token| token.text == value) {
                None => Verdict::Malformed,
                Some(token) if token.issued > self.now.after(SKEW) => Verdict::Unknown,
                Some(token @ Token { key: None, .. }) => {
                    if self.now < token.deadline {
                        arrival.guest.get_or_insert(basis(token, false));
                    }
                    Verdict::None
                }
                Some(token) if self.now >= token.deadline => Verdict::ExpiredAbsolute,
                Some(token) => {
                    let known = |other: &Token| other.id == token.id;
                    if !arrival.candidates.iter().any(known) && arrival.candidates.len() < 2 {
                        arrival.candidates.push(token.clone());
                    }
                    Verdict::None
                }
            };
            arrival.verdict = arrival.verdict.max(verdict);
        }
        arrival
    }

    /// Says what the session under `key` is to the first candidate.
    fn judge(&self, arrival: &mut Arrival, key: StoreKey, freshness: Freshness, server: usize) {
        let token = arrival.candidates.first().cloned().expect("a look-up of nothing");
        assert_eq!(token.key, Some(key));
        let cached = freshness == Freshness::Cached;
        let sessions = if cached { &self.remembered } else { &self.sessions };
        let judged = match sessions.get(&key) {
            None => Err(Verdict::Unknown),
            Some(session) => session.judge(token.id, self.now).map(|standing| Opened {
                key,
                id: token.id,
                token_deadline: token.deadline,
                // The newer server takes the older one's key for retiring.
                old_key: token.server < server,
                standing,
                base: session.clone(),
            }),
        };
        match judged {
            Ok(opened) => {
                arrival.opened = Some(opened);
                arrival.verdict = Verdict::Resumed;
                arrival.obsolete = None;
                arrival.candidates.clear();
            }
            // A refusal that may be out of date does not count.
            Err(_) if cached => {}
            Err(verdict) => {
                arrival.verdict = arrival.verdict.max(verdict);
                if verdict == Verdict::Obsolete {
                    arrival.obsolete = Some(key);
                }
                arrival.guest.get_or_insert(basis(&token, true));
                arrival.candidates.remove(0);
            }
        }
    }
}

fn basis(token: &Token, retired: bool) -> CsrfBasis {
    CsrfBasis { selector: token.selector, retired, regenerates: 0 }
}

/// What the handler finds is what the model has.
fn compare(active: &Exchange, request: &Request) {
    assert!(active.keys().eq(request.data.keys()));
    for (key, value) in &request.data {
        assert_eq!(active.get(key), Ok(Some(value.as_str())), "{key}");
    }
    assert!(active.flash_keys().eq(request.flash_keys()));
    assert_eq!(active.principal(), request.principal.as_deref());
    let opened = request.opened.as_ref();
    assert_eq!(active.handle(), opened.map(|opened| opened.key));
    assert_eq!(active.created(), opened.map(|opened| opened.base.created));
    assert_eq!(active.deadline(), opened.map(|opened| opened.base.deadline));
    let revision = active.revision().map(sansession::Revision::get);
    assert_eq!(revision, opened.map(|opened| opened.base.revision));
}
