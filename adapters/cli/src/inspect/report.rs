//! The report: all that is told, in the form in which JSON shows it. The crate docs list its fields.

use sansession::Timestamp;
use sansession::inspect::{
    Claim, Contents, Entry, Inspection, NameSpace, Previous, Record, Rejection,
};
use serde::Serialize;

use crate::failure::Exit;

/// What it comes to. Later is better: of several cookies, the best counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Judgement {
    Rejected,
    Unchecked,
    OutOfTime,
    Good,
}

impl Judgement {
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Rejected => Exit::Rejected,
            Self::Unchecked => Exit::Unchecked,
            Self::OutOfTime => Exit::OutOfTime,
            Self::Good => Exit::Done,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct CookieReport<'a> {
    input: &'static str,
    pub(crate) name: &'a str,
    pub(crate) now_ms: u64,
    result: Option<Judgement>,
    pub(crate) ignored: usize,
    pub(crate) tokens: Vec<TokenReport>,
}

impl<'a> CookieReport<'a> {
    pub(crate) fn new(
        name: &'a str,
        now: Timestamp,
        ignored: usize,
        tokens: Vec<TokenReport>,
    ) -> Self {
        let result = tokens.iter().map(|token| token.result).max();
        Self { input: "cookie", name, now_ms: now.as_millis(), result, ignored, tokens }
    }

    /// That of the best token; none if there is no token.
    pub(crate) fn result(&self) -> Option<Judgement> {
        self.result
    }
}

#[derive(Serialize)]
pub(crate) struct TokenReport {
    pub(crate) chars: usize,
    pub(crate) result: Judgement,
    pub(crate) reason: Option<Reason>,
    pub(crate) verdict: Option<&'static str>,
    pub(crate) key: Option<KeyReport>,
    pub(crate) says: Option<Says>,
    pub(crate) claims: Option<Says>,
}

impl TokenReport {
    pub(crate) fn new(chars: usize) -> Self {
        let result = Judgement::Unchecked;
        Self { chars, result, reason: None, verdict: None, key: None, says: None, claims: None }
    }

    pub(crate) fn reject(&mut self, why: Rejection) {
        self.result = Judgement::Rejected;
        self.reason = Some(Reason::new(why));
    }
}

#[derive(Serialize)]
pub(crate) struct Reason {
    code: &'static str,
    pub(crate) text: String,
}

impl Reason {
    pub(crate) fn new(why: Rejection) -> Self {
        let code = match why {
            Rejection::Length { .. } => "length",
            Rejection::Alphabet => "alphabet",
            Rejection::Form { .. } => "form",
            Rejection::Key { .. } => "key",
            Rejection::Tag => "tag",
            Rejection::NewerVersion { .. } => "newer-version",
            Rejection::Contents => "contents",
            _ => "other",
        };
        Self { code, text: why.to_string() }
    }
}

#[derive(Serialize)]
pub(crate) struct KeyReport {
    pub(crate) id: u8,
    pub(crate) old: bool,
}

/// What a token says or claims. A sealed token claims no more than the first two.
#[derive(Serialize)]
pub(crate) struct Says {
    pub(crate) form: &'static str,
    pub(crate) key_id: u8,
    pub(crate) csrf_only: Option<bool>,
    pub(crate) issued_ms: Option<u64>,
    pub(crate) deadline_ms: Option<u64>,
    pub(crate) handle: Option<String>,
    pub(crate) revision: Option<u64>,
    pub(crate) session: Option<Session>,
}

impl Says {
    pub(crate) fn verified(said: &Inspection<'_>, values: bool) -> Self {
        Self {
            form: said.form.name(),
            key_id: said.key_id,
            csrf_only: Some(said.csrf_only),
            issued_ms: Some(said.issued.as_millis()),
            deadline_ms: Some(said.deadline.as_millis()),
            handle: said.handle.map(|handle| handle.to_string()),
            revision: said.revision.map(sansession::Revision::get),
            session: said.contents.map(|contents| Session::new(&contents, values)),
        }
    }

    pub(crate) fn claimed(claim: &Claim<'_>, values: bool) -> Self {
        match &claim.unverified {
            Some(said) => Self::verified(said, values),
            None => Self {
                form: claim.form.name(),
                key_id: claim.key_id,
                csrf_only: None,
                issued_ms: None,
                deadline_ms: None,
                handle: None,
                revision: None,
                session: None,
            },
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Session {
    pub(crate) created_ms: u64,
    pub(crate) deadline_ms: u64,
    pub(crate) idle_ms: u64,
    pub(crate) own_lifetime: bool,
    pub(crate) regenerates: u32,
    pub(crate) principal: Option<String>,
    pub(crate) entries: Vec<EntryReport>,
}

impl Session {
    fn new(contents: &Contents<'_>, values: bool) -> Self {
        Self {
            created_ms: contents.created().as_millis(),
            deadline_ms: contents.deadline().as_millis(),
            idle_ms: Timestamp::ZERO.after(contents.idle()).as_millis(),
            own_lifetime: contents.own_lifetime(),
            regenerates: contents.regenerates(),
            principal: contents.principal().map(str::to_owned),
            entries: contents.entries().map(|entry| EntryReport::new(&entry, values)).collect(),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct EntryReport {
    pub(crate) space: &'static str,
    pub(crate) key: String,
    pub(crate) bytes: usize,
    pub(crate) set_by: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value_hex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
}

impl EntryReport {
    fn new(entry: &Entry<'_>, values: bool) -> Self {
        let (space, set_by) = match entry.space {
            NameSpace::Data => ("data", None),
            NameSpace::Flash { set } => ("flash", Some(set.get())),
        };
        Self {
            space,
            key: entry.key.to_owned(),
            bytes: entry.value.len(),
            set_by,
            value_hex: values.then(|| base16ct::lower::encode_string(entry.value)),
            text: entry.decode().ok().filter(|_| values),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct RecordReport {
    input: &'static str,
    pub(crate) bytes: usize,
    pub(crate) now_ms: u64,
    pub(crate) seen_ms: Option<u64>,
    pub(crate) result: Judgement,
    pub(crate) reason: Option<Reason>,
    pub(crate) verdict: Option<&'static str>,
    pub(crate) says: Option<RecordSays>,
}

impl RecordReport {
    pub(crate) fn new(bytes: usize, now: Timestamp, seen: Option<Timestamp>) -> Self {
        Self {
            input: "record",
            bytes,
            now_ms: now.as_millis(),
            seen_ms: seen.map(Timestamp::as_millis),
            result: Judgement::Good,
            reason: None,
            verdict: None,
            says: None,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct RecordSays {
    pub(crate) sealed: bool,
    pub(crate) minted_ms: u64,
    pub(crate) previous: Option<PreviousReport>,
    pub(crate) session: Session,
}

#[derive(Serialize)]
pub(crate) struct PreviousReport {
    pub(crate) ends_ms: Option<u64>,
}

impl RecordSays {
    pub(crate) fn new(record: &Record<'_>, values: bool) -> Self {
        let previous = record.previous.map(|previous| PreviousReport {
            ends_ms: match previous {
                Previous::UntilSeen => None,
                Previous::Until(ends) => Some(ends.as_millis()),
            },
        });
        let session = Session::new(&record.contents, values);
        Self { sealed: record.sealed, minted_ms: record.minted.as_millis(), previous, session }
    }
}
