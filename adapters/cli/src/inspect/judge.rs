//! The judge: asks the core what bytes say, and what an exchange would make of them.

use sansession::inspect::{Claim, Form, Inspection, Record, Rejection};
use sansession::{
    Begin, Carried, Config, KeyRing, Protection, Sealed, Sessions, Signed, Slot, Stored, Timestamp,
    Verdict,
};

use crate::args::Inspect;
use crate::failure::Failure;
use crate::inspect::report::{
    Judgement, KeyReport, Reason, RecordReport, RecordSays, Says, TokenReport,
};
use crate::{keys, time};

pub(crate) struct Judge {
    pub(crate) now: Timestamp,
    name: String,
    /// Values of entries are shown.
    values: bool,
    /// None without keys.
    sessions: Option<AllSessions>,
}

/// One ring for every form of token.
struct AllSessions {
    stored: Sessions<Stored>,
    signed: Sessions<Carried<Signed>>,
    sealed: Sessions<Carried<Sealed>>,
}

impl AllSessions {
    fn new(config: Config, ring: &KeyRing) -> Result<Self, Failure> {
        Ok(Self {
            stored: Sessions::stored(config, ring).map_err(Failure::Config)?,
            signed: Sessions::carried(config, ring).map_err(Failure::Config)?,
            sealed: Sessions::sealed(config, ring).map_err(Failure::Config)?,
        })
    }
}

impl Judge {
    pub(crate) fn new(flags: &Inspect) -> Result<Self, Failure> {
        let config = flags.cookie.config().map_err(Failure::Config)?;
        let ring = flags.keys.as_deref().map(keys::read).transpose()?;
        Ok(Self {
            now: flags.now.unwrap_or_else(time::now),
            name: flags.cookie.name.clone(),
            values: flags.values,
            sessions: ring.map(|ring| AllSessions::new(config, &ring)).transpose()?,
        })
    }

    /// Says what a cookie value says.
    pub(crate) fn token(&self, value: &[u8]) -> TokenReport {
        let mut report = TokenReport::new(value.len());
        let mut scratch = vec![0; value.len()];
        let claim = match Claim::read(value, &mut scratch) {
            Ok(claim) => claim,
            Err(why) => {
                report.reject(why);
                // Whatever the keys are, it is not the shape of a token.
                let shapeless = matches!(why, Rejection::Length { .. } | Rejection::Alphabet);
                report.verdict = shapeless.then_some(Verdict::Malformed.name());
                return report;
            }
        };
        let Some(sessions) = &self.sessions else {
            report.claims = Some(Says::claimed(&claim, self.values));
            return report;
        };
        let mut space = vec![0; value.len()];
        let (said, verdict) = match claim.form {
            Form::Signed => self.carried(&sessions.signed, value, &mut space),
            Form::Sealed => self.carried(&sessions.sealed, value, &mut space),
            // Ids; and forms that this build does not know are refused by it.
            _ => (sessions.stored.inspect(value), self.stored(&sessions.stored, value)),
        };
        report.verdict = verdict.map(Verdict::name);
        match said {
            Ok(said) => {
                report.result = self.in_time(&said, verdict);
                report.key = Some(KeyReport { id: said.key_id, old: said.old_key });
                report.says = Some(Says::verified(&said, self.values));
            }
            Err(why) => {
                report.reject(why);
                report.claims = Some(Says::claimed(&claim, self.values));
            }
        }
        report
    }

    fn carried<'s, P: Protection>(
        &self,
        sessions: &Sessions<Carried<P>>,
        value: &[u8],
        space: &'s mut [u8],
    ) -> (Result<Inspection<'s>, Rejection>, Option<Verdict>) {
        let mut slot = Box::new(Slot::<[u8; 8192]>::new());
        let active = sessions.begin([self.header(value).as_slice()], self.now, slot.erase());
        (sessions.inspect(value, space), Some(active.verdict()))
    }

    /// What an exchange says of an id, or nothing if a store has to say it.
    fn stored(&self, sessions: &Sessions<Stored>, value: &[u8]) -> Option<Verdict> {
        let mut slot = Slot::<[u8; 256]>::new();
        match sessions.begin([self.header(value).as_slice()], self.now, slot.erase()) {
            Begin::Load(_) => None,
            Begin::Ready(active) => Some(active.verdict()),
        }
    }

    fn header(&self, value: &[u8]) -> Vec<u8> {
        [self.name.as_bytes(), b"=", value].concat()
    }

    fn in_time(&self, said: &Inspection<'_>, verdict: Option<Verdict>) -> Judgement {
        let good = match verdict {
            None | Some(Verdict::Resumed) => true,
            // Good for CSRF tokens, of which an exchange tells nothing.
            Some(Verdict::None) => self.now < said.deadline,
            Some(_) => false,
        };
        if good { Judgement::Good } else { Judgement::OutOfTime }
    }

    /// Says what a record says. Without the time that the store keeps beside it, it was used just now.
    pub(crate) fn record(&self, bytes: &[u8], seen: Option<Timestamp>) -> RecordReport {
        let mut report = RecordReport::new(bytes.len(), self.now, seen);
        match Record::read(bytes) {
            Ok(record) => {
                if let Err(verdict) = record.contents.in_time(seen.unwrap_or(self.now), self.now) {
                    report.result = Judgement::OutOfTime;
                    report.verdict = Some(verdict.name());
                }
                report.says = Some(RecordSays::new(&record, self.values));
            }
            Err(why) => {
                report.result = Judgement::Rejected;
                report.reason = Some(Reason::new(why));
                report.verdict = (why == Rejection::Contents).then_some(Verdict::Corrupt.name());
            }
        }
        report
    }
}
