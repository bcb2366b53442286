//! Random requests over carried sessions, compared with a model of maps after each one.
//!
//! What the cookie says is all there is, so each browser has a model of its own: a stolen cookie is a stolen model, and
//! an answer that is lost has never been.

use core::time::Duration;

use sansession::{Ending, Sealed, Signed, Verdict};
use sansession_tests::model::{Model, Visitor};
use sansession_tests::play::{operate, see, seen};
use sansession_tests::{Browser, CONFIG, Carrier, Dice, Kind, minutes};

const IDLE: Duration = minutes(60);
const ABSOLUTE: Duration = minutes(400);

#[derive(Clone)]
struct Player {
    browser: Browser,
    model: Model,
    visitor: Visitor,
}

impl Player {
    fn new() -> Self {
        Self { browser: Browser::new(), model: Model::new(IDLE, ABSOLUTE), visitor: None }
    }
}

struct Run<K: Kind> {
    server: Carrier<K>,
    dice: Dice,
    players: Vec<Player>,
    small: bool,
}

impl<K: Kind> Run<K> {
    fn new(seed: u64, small: bool) -> Self {
        // Every answered request records its use, so that the model need not know shares.
        let server = Carrier::new(CONFIG.idle(IDLE).absolute(ABSOLUTE).touch_share(0));
        let server = if small { server.with_slot::<256>() } else { server };
        let players = vec![Player::new(); 3];
        Self { server, dice: Dice::new(seed), players, small }
    }

    fn requests(mut self, count: usize) {
        for _ in 0..count {
            match self.dice.below(20) {
                0..6 => self.server.pass(Duration::from_millis(self.dice.below(60_000))),
                6..9 => self.server.pass(minutes(self.dice.below(45))),
                9 => self.server.pass(minutes(60)),
                10 => {
                    let (thief, victim) = (self.place(), self.place());
                    self.players[thief] = self.players[victim].clone();
                }
                11 => {
                    let place = self.place();
                    self.players[place] = Player::new();
                }
                _ => {}
            }
            self.request();
            self.compare();
        }
    }

    fn place(&mut self) -> usize {
        usize::try_from(self.dice.below(3)).expect("small")
    }

    fn request(&mut self) {
        let place = self.place();
        let now = self.server.now();
        let before = self.players[place].clone();
        let Self { server, dice, players, small } = self;
        let Player { browser, model, visitor } = &mut players[place];
        let mut exchange = server.open(browser);
        let mut request = model.open(*visitor, now);
        assert_eq!(exchange.verdict() == Verdict::Resumed, model.session(*visitor, now).is_some());
        for _ in 0..dice.below(6) {
            operate(dice, *small, &mut exchange, &mut request);
        }
        if dice.chance(10) {
            server.csrf(&mut exchange);
        }
        let ending = if dice.chance(10) { Ending::Failed } else { Ending::Answered };
        let answer = server.close_as(exchange, ending);
        assert!(!answer.outcome.is_refusal(), "{}", answer.outcome);
        *visitor = match ending {
            Ending::Answered => model.close(request, *visitor, now),
            Ending::Failed => model.fail(&request, *visitor),
        };
        server.deliver(browser, &answer);
        if dice.chance(15) {
            players[place] = before;
        }
    }

    fn compare(&self) {
        let now = self.server.now();
        for player in &self.players {
            let mut exchange = self.server.open(&mut player.browser.clone());
            let found = (exchange.verdict() == Verdict::Resumed).then(|| see(&mut exchange));
            assert_eq!(found, player.model.session(player.visitor, now).map(seen));
        }
    }
}

fn run_seeds<K: Kind>(small: bool) {
    for seed in 0..100 {
        let run = std::panic::AssertUnwindSafe(|| Run::<K>::new(seed, small).requests(100));
        if let Err(panic) = std::panic::catch_unwind(run) {
            eprintln!("seed {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

// promise: F1 F2 F5 L1 L4 L7 L16 T12
#[test]
fn random_requests_do_what_the_model_says() {
    run_seeds::<Signed>(false);
    run_seeds::<Sealed>(false);
}

// promise: T10 F5
#[test]
fn random_requests_in_small_slots_do_what_the_model_says() {
    run_seeds::<Signed>(true);
    run_seeds::<Sealed>(true);
}
