//! What an exchange costs: `cargo run --release -p sansession-bench`.
//!
//! Each row is a whole exchange, from the `Cookie` header to the text of the `Set-Cookie`, through the driver and the
//! memory store: the median of many, in one thread, and the allocations that the core and the store made. Every one
//! asserts its result. The second table is what the machine takes of a caller's memory.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use getrandom::SysRng;
use pollster::block_on;
use sansession::{
    Active, Config, Ending, Key, KeyRing, Outcome, Sessions, Slot, Stored, Timestamp, Verdict,
};
use sansession_memory::MemoryStore;
use sansession_store::{NoPause, close, open};

/// Exchanges of each kind.
const ROUNDS: usize = 20_000;

struct Bench {
    sessions: Sessions<Stored>,
    store: MemoryStore,
    slot: Box<Slot>,
    now: Timestamp,
    set_cookie: String,
}

impl Bench {
    fn new() -> Self {
        let key = Key::new(1, b"a key for measuring, 32 bytes...").expect("it is long enough");
        let config = Config::new().no_renew().sweep_share(0);
        let sessions = Sessions::stored(config, &KeyRing::new(key)).expect("a good configuration");
        Self {
            sessions,
            store: MemoryStore::new(2 * ROUNDS + 10),
            slot: Box::new(Slot::<[u8; 16384]>::new()),
            now: Timestamp::from_secs(1_700_000_000),
            set_cookie: String::with_capacity(512),
        }
    }

    fn exchange(
        &mut self,
        cookie: &str,
        handler: impl FnOnce(&mut Active<&mut Slot>),
    ) -> (Verdict, Outcome) {
        let begin = self.sessions.begin([cookie.as_bytes()], self.now, &mut *self.slot);
        let mut active = block_on(open(&self.store, begin)).expect("memory does not fail");
        handler(&mut active);
        let end = self.sessions.finish(active, Ending::Answered, self.now, &mut SysRng);
        let end = end.expect("the system has randomness");
        let finished = block_on(close(&self.sessions, &self.store, &NoPause, end));
        self.set_cookie.clear();
        if let Some(cookie) = finished.reply.set_cookie(&self.sessions) {
            write!(self.set_cookie, "{cookie}").expect("strings do not fail");
        }
        (finished.reply.verdict(), finished.reply.outcome())
    }

    /// A session with so many keys, and its cookie.
    fn session(&mut self, keys: usize) -> String {
        let outcome = self.exchange("", |active| {
            for key in 0..keys {
                active
                    .insert_str(&format!("key-{key:02}"), "a value of 20 bytes.")
                    .expect("it fits");
            }
        });
        assert_eq!(outcome, (Verdict::None, Outcome::Created));
        self.set_cookie.split(';').next().expect("a pair").to_owned()
    }

    fn row(
        &mut self,
        name: &str,
        expected: (Verdict, Outcome),
        cookie: &str,
        handler: impl Fn(&mut Active<&mut Slot>),
    ) {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let started = Instant::now();
            let result = black_box(self.exchange(black_box(cookie), &handler));
            times.push(started.elapsed());
            assert_eq!(result, expected, "{name}");
        }
        let allocations = allocation_counter::measure(|| {
            self.exchange(cookie, &handler);
        });
        times.sort_unstable();
        let median: Duration = times[ROUNDS / 2];
        println!("| {name:<32} | {:>7} | {:>11} |", median.as_nanos(), allocations.count_total);
    }
}

fn main() {
    let mut bench = Bench::new();
    println!("| exchange over the memory store   |      ns | allocations |");
    println!("|----------------------------------|--------:|------------:|");
    let none = (Verdict::None, Outcome::Unchanged);
    bench.row("no cookie, nothing done", none, "", |_| {});
    let forged = format!("__Host-session={}", "A".repeat(104));
    bench.row("forged cookie", (Verdict::Forged, Outcome::Unchanged), &forged, |_| {});
    bench.row("new session, one key", (Verdict::None, Outcome::Created), "", |active| {
        active.insert("n", &1_u32).expect("it fits");
    });
    for keys in [1, 10, 50] {
        let cookie = bench.session(keys);
        let read = format!("read one of {keys}");
        bench.row(&read, (Verdict::Resumed, Outcome::Unchanged), &cookie, |active| {
            let value = active.get::<&str>("key-00").expect("a string");
            assert_eq!(black_box(value), Some("a value of 20 bytes."));
        });
        let write = format!("read one, write another of {keys}");
        bench.row(&write, (Verdict::Resumed, Outcome::Updated), &cookie, |active| {
            black_box(active.get::<&str>("key-00").expect("a string"));
            active.insert("counter", &7_u32).expect("it fits");
        });
    }
    println!();
    println!("| memory                           |   bytes |");
    println!("|----------------------------------|--------:|");
    let state = size_of::<Slot<[u8; 512]>>() - 512;
    for (name, bytes) in [
        ("a slot, besides its N bytes", state),
        ("an exchange over a borrowed slot", size_of::<Active<&mut Slot>>()),
        ("Sessions, with up to four keys", size_of::<Sessions<Stored>>()),
    ] {
        println!("| {name:<32} | {bytes:>7} |");
    }
}
