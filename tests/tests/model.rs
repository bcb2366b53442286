//! Random requests of several browsers, compared with a model of maps after each one.

use core::time::Duration;

use sansession::{Config, Ending, Verdict};
use sansession_store::{Store, end_all};
use sansession_tests::model::{Model, Visitor};
use sansession_tests::play::{PRINCIPALS, operate, see, seen};
use sansession_tests::{Browser, CONFIG, Dice, Server, minutes};

const IDLE: Duration = minutes(60);
const ABSOLUTE: Duration = minutes(400);
/// Every answered request of a session records its use, so that the model need not know shares.
const PLAIN: Config = CONFIG.idle(IDLE).absolute(ABSOLUTE).touch_share(0);

/// What the web of a run is like.
#[derive(Clone, Copy)]
struct Rules {
    config: Config,
    /// Answers get lost, and browsers share stolen cookies. Renewal is off then: the model has no grace.
    hostile: bool,
    /// Small slots: writes are refused when they do not fit, and must then change nothing.
    small: bool,
}

struct Run {
    server: Server,
    model: Model,
    dice: Dice,
    browsers: Vec<(Browser, Visitor)>,
    rules: Rules,
}

// promise: F1 F2 F5 L1 L2 L4 L7 L16
#[test]
fn random_requests_do_what_the_model_says() {
    let rules =
        Rules { config: PLAIN.renew(minutes(30), minutes(1)), hostile: false, small: false };
    run_seeds(rules, 100);
}

// promise: F1 F2 F5 L1 L2 L4 L10 L16
#[test]
fn random_requests_with_lost_answers_and_stolen_cookies_do_what_the_model_says() {
    run_seeds(Rules { config: PLAIN, hostile: true, small: false }, 100);
}

// promise: T10 F5
#[test]
fn random_requests_in_small_slots_do_what_the_model_says() {
    run_seeds(Rules { config: PLAIN, hostile: true, small: true }, 100);
}

// promise: D3 T10 L6
#[test]
fn random_requests_whose_records_are_sealed_do_what_the_model_says() {
    let config = PLAIN.sealed_records();
    run_seeds(Rules { config, hostile: true, small: false }, 50);
    let config = config.renew(minutes(30), minutes(1));
    run_seeds(Rules { config, hostile: false, small: false }, 50);
}

fn run_seeds(rules: Rules, seeds: u64) {
    for seed in 0..seeds {
        let run = std::panic::AssertUnwindSafe(|| Run::new(rules, seed).requests(100));
        if let Err(panic) = std::panic::catch_unwind(run) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

impl Run {
    fn new(rules: Rules, seed: u64) -> Self {
        let server = Server::new(rules.config);
        let server = if rules.small { server.with_slot::<256>() } else { server };
        Self {
            server,
            model: Model::new(IDLE, ABSOLUTE),
            dice: Dice::new(seed),
            browsers: (0..4).map(|_| (Browser::new(), None)).collect(),
            rules,
        }
    }

    fn requests(mut self, count: usize) {
        for _ in 0..count {
            self.between();
            self.request();
            self.compare();
        }
    }

    /// What happens while nobody asks.
    fn between(&mut self) {
        match self.dice.below(20) {
            0..6 => self.server.pass(Duration::from_millis(self.dice.below(60_000))),
            6..9 => self.server.pass(minutes(self.dice.below(45))),
            9 => self.server.pass(minutes(60)),
            10 => {
                let Ok(_) = pollster::block_on(self.server.store.sweep(self.server.now(), 10));
            }
            11 => {
                let principal = *self.dice.pick(&PRINCIPALS);
                let Ok(_) = pollster::block_on(end_all(
                    &self.server.store,
                    principal,
                    None,
                    &mut [0; 4096],
                ));
                self.model.end_all(principal);
            }
            12 if self.rules.hostile => {
                let thief = usize::try_from(self.dice.below(4)).expect("small");
                let victim = usize::try_from(self.dice.below(4)).expect("small");
                self.browsers[thief] = self.browsers[victim].clone();
            }
            13 => {
                let place = usize::try_from(self.dice.below(4)).expect("small");
                self.browsers[place] = (Browser::new(), None);
            }
            _ => {}
        }
    }

    fn request(&mut self) {
        let Self { server, model, dice, browsers, rules } = self;
        let now = server.now();
        let place = usize::try_from(dice.below(4)).expect("small");
        let (browser, visitor) = &mut browsers[place];
        let mut exchange = server.open(browser);
        let mut request = model.open(*visitor, now);
        assert_eq!(exchange.verdict() == Verdict::Resumed, model.session(*visitor, now).is_some());
        for _ in 0..dice.below(6) {
            operate(dice, rules.small, &mut exchange, &mut request);
        }
        if dice.chance(10) {
            server.csrf(&mut exchange);
        }
        let ending = if dice.chance(10) { Ending::Failed } else { Ending::Answered };
        let answer = server.close_as(exchange, ending);
        assert!(!answer.outcome.is_refusal(), "{}", answer.outcome);
        let held = match ending {
            Ending::Answered => model.close(request, *visitor, now),
            Ending::Failed => model.fail(&request, *visitor),
        };
        if !(rules.hostile && dice.chance(15)) {
            server.deliver(browser, &answer);
            *visitor = held;
        }
    }

    /// Looks at every browser's session, and at how many there are.
    fn compare(&self) {
        let now = self.server.now();
        for (browser, visitor) in &self.browsers {
            let found = self.server.peek(browser, |exchange| {
                (exchange.verdict() == Verdict::Resumed).then(|| see(exchange))
            });
            let expected = self.model.session(*visitor, now).map(seen);
            assert_eq!(found, expected);
        }
        let rows = self.server.store.rows();
        assert_eq!(rows.values().filter(|row| now < row.expires).count(), self.model.count(now));
    }
}
