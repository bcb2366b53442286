//! A whole exchange allocates nothing.

use core::fmt::Write;

use sansession::{Ack, Begin, End, Ending, Meta, Revision, Sealed, Signed, Slot, Step, Timestamp};
use sansession_tests::{CONFIG, Dice, Kind, ring, sessions};

/// A fixed buffer that text is written to.
struct Page {
    bytes: [u8; 512],
    len: usize,
}

impl Write for Page {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(core::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// A store of one record, without an allocator.
struct Table {
    record: [u8; 512],
    len: usize,
    revision: u64,
}

impl Table {
    fn answer(&mut self, step: Step<'_>) -> Ack {
        match step {
            Step::Create { write, .. } | Step::Update { write, .. } => {
                self.record[..write.record.len()].copy_from_slice(write.record);
                self.len = write.record.len();
                self.revision += 1;
                Ack::Stored
            }
            Step::Destroy { .. } | Step::Touch { .. } => Ack::Stored,
            Step::Load { buffer, .. } => {
                buffer[..self.len].copy_from_slice(&self.record[..self.len]);
                Ack::Found { len: self.len, meta: self.meta() }
            }
            _ => Ack::Failed,
        }
    }

    fn meta(&self) -> Meta {
        Meta::new(Revision::new(self.revision), Timestamp::from_secs(1_000_000))
    }
}

// promise: D1
#[test]
fn a_whole_exchange_allocates_nothing() {
    let sessions = sessions(CONFIG);
    let mut dice = Dice::new(1);
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut table = Table { record: [0; 512], len: 0, revision: 0 };
    let mut page = Page { bytes: [0; 512], len: 0 };
    let now = Timestamp::from_secs(1_000_000);
    let mut csrf = None;
    let counted = allocation_counter::measure(|| {
        for round in 0..3_u32 {
            // The cookie of the answer before, as the browser sends it back: up to the first `;`.
            let pair =
                page.bytes[..page.len].split(|byte| *byte == b';').next().unwrap_or_default();
            let mut begin = sessions.begin([pair], now, slot.erase());
            let mut active = loop {
                let mut loading = match begin {
                    Begin::Ready(active) => break active,
                    Begin::Load(loading) => loading,
                };
                let (_, buffer, freshness) = loading.request();
                buffer[..table.len].copy_from_slice(&table.record[..table.len]);
                begin = loading
                    .found(&sessions, table.len, table.meta(), freshness)
                    .expect("a record of this build");
            };
            assert_eq!(active.get("round"), Ok(round.checked_sub(1)));
            assert_eq!(active.flashed("note"), Ok((round > 0).then_some("message")));
            active.insert("round", &round).expect("room");
            active.insert_str("name", "value").expect("room");
            active.flash("note", "message").expect("room");
            active.flash_now("now", "shown").expect("room");
            active.keep("now").expect("room");
            assert!(active.keys().count() == 2 && active.flash_keys().count() > 0);
            active.login("alice").expect("room");
            csrf = active.csrf_token(&sessions, &mut dice).ok();
            let Ok(mut end) = sessions.finish(active, Ending::Answered, now, &mut dice);
            let mut conflict = round == 2;
            let reply = loop {
                let mut closing = match end {
                    End::Done(reply) => break reply,
                    End::Step(closing) => closing,
                };
                let ack = if core::mem::take(&mut conflict) {
                    Ack::Conflict
                } else {
                    table.answer(closing.step())
                };
                end = closing.handle(&sessions, ack);
            };
            let cookie = reply.set_cookie(&sessions).expect("a cookie");
            page.len = 0;
            write!(page, "{cookie}").expect("it fits");
        }
    });
    assert_eq!(counted.count_total, 0);
    assert!(csrf.is_some());
    assert_eq!(table.revision, 3);
}

fn a_carried_exchange_allocates_nothing<K: Kind>() {
    let sessions = K::sessions(CONFIG, &ring());
    let mut dice = Dice::new(1);
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut page = Page { bytes: [0; 512], len: 0 };
    let now = Timestamp::from_secs(1_000_000);
    let counted = allocation_counter::measure(|| {
        for round in 0..3_u32 {
            let pair =
                page.bytes[..page.len].split(|byte| *byte == b';').next().unwrap_or_default();
            let mut active = sessions.begin([pair], now, slot.erase());
            assert_eq!(active.get("round"), Ok(round.checked_sub(1)));
            assert_eq!(active.flashed("note"), Ok((round > 0).then_some("message")));
            active.insert("round", &round).expect("room");
            active.flash("note", "message").expect("room");
            active.login("alice").expect("room");
            let Ok(token) = active.csrf_token(&sessions, &mut dice);
            assert_eq!(token.as_str().len(), 87);
            let Ok(reply) = sessions.finish(active, Ending::Answered, now, &mut dice);
            let cookie = reply.set_cookie(&sessions).expect("a cookie");
            page.len = 0;
            write!(page, "{cookie}").expect("it fits");
        }
    });
    assert_eq!(counted.count_total, 0);
}

// promise: D1
#[test]
fn a_signed_exchange_allocates_nothing() {
    a_carried_exchange_allocates_nothing::<Signed>();
}

// promise: D1
#[test]
fn a_sealed_exchange_allocates_nothing() {
    a_carried_exchange_allocates_nothing::<Sealed>();
}

// promise: D1
#[test]
fn the_counter_counts() {
    assert_eq!(allocation_counter::measure(|| drop(Box::new([0; 64]))).count_total, 1);
}
