//! Hundreds of power cuts, one after the other on the same flash, against a model of what was acknowledged.
//!
//! Two users with two browsers each do what they like until the power goes. After the restart, what was acknowledged is
//! there, what was logged out is not, and what was under way is as before or as it should have become. The seed decides
//! what is asked for and when the power goes; where in the work that is, the emulator's speed decides.

mod model;

mod user;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use sansession_firmware_tests::{Board, Flash, Lost, wanted};
use sansession_tests::Dice;

use user::User;

/// The firmware's exit code when its power goes.
const CUT: i32 = 99;
/// Cuts of each test.
const ROUNDS: u32 = 200;
/// Words and sectors of flash until the power goes, at most: some writes of a session.
const OPERATIONS: u64 = 240;
/// Requests that are done until the emulator is killed, at most.
const REQUESTS: u64 = 12;
/// Microseconds from then on, at most: some more requests.
const PAUSE: u64 = 4_000;

/// How the power goes.
#[derive(Clone, Copy)]
enum Cut {
    /// The emulator is killed in the middle of whatever it does.
    Kill,
    /// The firmware leaves it between two words of flash.
    Count,
}

// promise: S2, D2, L2, L4, L11
#[test]
fn what_was_acknowledged_outlives_kills_at_any_moment() {
    live(Cut::Kill, 1);
}

// promise: S2, D2, L2, L4, L11
#[test]
fn what_was_acknowledged_outlives_cuts_after_any_word() {
    live(Cut::Count, 2);
}

/// The life of a device whose power is bad.
fn live(cut: Cut, seed: u64) {
    if !wanted() {
        return;
    }
    // Shown with the failure.
    println!("seed {seed}");
    let mut dice = Dice::new(seed);
    let flash = Flash::blank();
    let mut users = ["ada", "eve"].map(User::new);
    let mut early = 0;
    for round in 0..ROUNDS {
        println!("round {round}");
        let args = match cut {
            Cut::Kill => String::new(),
            Cut::Count => format!("cut={}", 1 + dice.below(OPERATIONS)),
        };
        for user in &mut users {
            user.power_went();
        }
        match Board::try_start(&flash, &args) {
            Err(CUT) if matches!(cut, Cut::Count) => early += 1,
            Err(code) => panic!("the board ended with {code} before it answered"),
            // Nobody works who has not seen what there is.
            Ok(board) => match check(&board, &mut users, &mut dice) {
                Err(Lost) => early += 1,
                Ok(()) => work(&board, &mut users, cut, &mut dice),
            },
        }
    }
    let board = Board::start(&flash, "");
    for user in &mut users {
        user.power_went();
        user.check(board.wire()).expect("the power stays");
        user.check_refused(board.wire(), user.refused()).expect("the power stays");
    }
    let sum = |count: fn(&User) -> u32| users.iter().map(count).sum::<u32>();
    let (done, before, after) = (sum(|it| it.done), sum(|it| it.as_before), sum(|it| it.became));
    println!("{done} requests were done, {early} cuts came before the work");
    println!("of those under way, {before} were not done, {after} were");
    // It was no life if nothing was done, or nothing was ever under way.
    assert!(done > ROUNDS && before + after > ROUNDS / 2 && early < ROUNDS / 2);
}

/// Looks at what is there, as long as there is power.
fn check(board: &Board, users: &mut [User; 2], dice: &mut Dice) -> Result<(), Lost> {
    for user in users {
        let some = user.some_refused(dice);
        let mut patience = 10;
        // Somebody else's connections may have been the last free ones.
        while user.check(board.wire()).and_then(|()| user.check_refused(board.wire(), &some))
            == Err(Lost)
        {
            if let Some(code) = board.exit_code(Duration::from_millis(100)) {
                assert_eq!(code, CUT);
                return Err(Lost);
            }
            assert!(patience > 0, "the board does not answer: {}", board.log());
            patience -= 1;
        }
    }
    Ok(())
}

/// Both users work at once until the power goes.
fn work(board: &Board, users: &mut [User; 2], cut: Cut, dice: &mut Dice) {
    let (enough, pause) = (dice.below(REQUESTS), Duration::from_micros(dice.below(PAUSE)));
    let done = AtomicU64::new(0);
    thread::scope(|scope| {
        let workers = users.each_mut().map(|user| {
            let (mut dice, wire, done) = (Dice::new(dice.below(u64::MAX)), board.wire(), &done);
            scope.spawn(move || {
                while user.act(wire, &mut dice).is_ok() {
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        if let Cut::Kill = cut {
            // Whoever found no free connection gave up.
            let idle = || workers.iter().all(ScopedJoinHandle::is_finished);
            while done.load(Ordering::Relaxed) < enough && !idle() {
                thread::sleep(Duration::from_micros(100));
            }
            thread::sleep(pause);
            board.kill();
        }
    });
    if let Cut::Count = cut {
        // It has ended, or both gave up.
        assert!(matches!(board.exit_code(Duration::from_secs(1)), Some(CUT) | None));
    }
}
