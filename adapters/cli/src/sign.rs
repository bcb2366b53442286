//! `sign`: makes a cookie for tests, by an exchange like any other.

use std::ops::DerefMut;

use base64ct::{Base64, Encoding as _};
use getrandom::SysRng;
use sansession::{
    Ack, Active, Begin, Carried, Config, End, Ending, KeyRing, Protection, RngError, Sessions,
    SetCookie, Slot, Step, Timestamp, Transport as Kind,
};
use serde::Serialize;

use crate::args::{Encoding, Sign, Transport};
use crate::failure::{Exit, Failure};
use crate::{keys, output, time};

#[derive(Serialize)]
struct Signed {
    transport: &'static str,
    cookie: String,
    set_cookie: String,
    record: Option<Record>,
}

#[derive(Serialize)]
struct Record {
    key: String,
    encoding: &'static str,
    bytes: String,
    revision: u64,
    seen_ms: u64,
    expires_ms: u64,
}

/// The longest record there is, and as much for changes.
const SLOT: usize = 131_070;

pub(crate) fn run(flags: &Sign, json: bool) -> Result<Exit, Failure> {
    let mut config = flags.cookie.config().map_err(Failure::Config)?;
    if let Some(lifetime) = flags.lifetime {
        config = config.absolute(lifetime);
    }
    if let Some(idle) = flags.idle.or(flags.lifetime) {
        config = config.idle(idle);
    }
    let keys = keys::read(&flags.keys)?;
    let signed = sign(flags, config, &keys)?;
    if json {
        output::print_json(&signed)?;
    } else {
        let record = signed.record.map(|record| record.bytes + "\n").unwrap_or_default();
        output::print(&format!("{}\n{record}", signed.cookie))?;
    }
    Ok(Exit::Done)
}

fn sign(flags: &Sign, config: Config, keys: &KeyRing) -> Result<Signed, Failure> {
    let now = flags.now.unwrap_or_else(time::now);
    let (transport, set_cookie, record) = match flags.transport {
        Transport::Stored => {
            let sessions = Sessions::stored(config, keys).map_err(Failure::Config)?;
            let (set_cookie, record) = stored(&sessions, flags, now)?;
            ("stored", set_cookie, record)
        }
        Transport::Signed => {
            let sessions = Sessions::carried(config, keys).map_err(Failure::Config)?;
            ("signed", carried(&sessions, flags, now)?, None)
        }
        Transport::Sealed => {
            let sessions = Sessions::sealed(config, keys).map_err(Failure::Config)?;
            ("sealed", carried(&sessions, flags, now)?, None)
        }
    };
    let cookie = set_cookie.split(';').next().unwrap_or_default().to_owned();
    Ok(Signed { transport, cookie, set_cookie, record })
}

fn stored(
    sessions: &Sessions<sansession::Stored>,
    flags: &Sign,
    now: Timestamp,
) -> Result<(String, Option<Record>), Failure> {
    let mut slot = Box::new(Slot::<[u8; SLOT]>::new());
    let Begin::Ready(mut active) = sessions.begin([], now, slot.erase()) else {
        unreachable!("without a cookie there is nothing to look up")
    };
    handle(sessions, &mut active, flags)?;
    let mut record = None;
    let mut end = sessions.finish(active, Ending::Answered, now, &mut SysRng).map_err(random)?;
    let reply = loop {
        let mut closing = match end {
            End::Done(reply) => break reply,
            End::Step(closing) => closing,
        };
        if let Step::Create { key, write } = closing.step() {
            record = Some(Record {
                key: key.to_string(),
                encoding: match flags.encoding {
                    Encoding::Hex => "hex",
                    Encoding::Base64 => "base64",
                },
                bytes: match flags.encoding {
                    Encoding::Hex => base16ct::lower::encode_string(write.record),
                    Encoding::Base64 => Base64::encode_string(write.record),
                },
                revision: sansession::Revision::FIRST.get(),
                seen_ms: write.seen.as_millis(),
                expires_ms: write.expires.as_millis(),
            });
        }
        end = closing.handle(sessions, Ack::Stored);
    };
    Ok((text(reply.set_cookie(sessions)), record))
}

fn carried<P: Protection>(
    sessions: &Sessions<Carried<P>>,
    flags: &Sign,
    now: Timestamp,
) -> Result<String, Failure> {
    let mut slot = Box::new(Slot::<[u8; SLOT]>::new());
    let mut active = sessions.begin([], now, slot.erase());
    handle(sessions, &mut active, flags)?;
    let reply = sessions.finish(active, Ending::Answered, now, &mut SysRng).map_err(random)?;
    Ok(text(reply.set_cookie(sessions)))
}

/// The flags do not let it come to an exchange without a write.
fn text(set_cookie: Option<SetCookie<'_>>) -> String {
    set_cookie.expect("what is written is answered with a cookie").to_string()
}

/// What the handler of a request would do.
fn handle<T: Kind, B: DerefMut<Target = Slot>>(
    sessions: &Sessions<T>,
    active: &mut Active<B>,
    flags: &Sign,
) -> Result<(), Failure> {
    if flags.csrf_only {
        return active.csrf_token(sessions, &mut SysRng).map(drop).map_err(random);
    }
    let mut done = || {
        if let Some(principal) = &flags.principal {
            active.login(principal)?;
        }
        for (key, value) in &flags.data {
            active.insert_str(key, value)?;
        }
        for (key, message) in &flags.flash {
            active.flash_str(key, message)?;
        }
        Ok(())
    };
    done().map_err(Failure::Write)
}

fn random(RngError(error): RngError<getrandom::Error>) -> Failure {
    Failure::Random(error)
}
