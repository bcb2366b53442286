//! A server and a device answer alike: one list of requests, sent to both.
//!
//! `exchanges.txt` has the requests with their answers, and says what a device answers otherwise, and why.

mod player;

mod script;

use std::mem;

use sansession_firmware_tests::{Board, Demo, Flash, Site, wanted};

use player::{Host, Player};
use script::Step;

const SCRIPT: &str = include_str!("alike/exchanges.txt");

/// The demo as a process here, with plain HTTP as on the device.
struct Server(Option<Demo>);

/// The demo on a board.
struct Device(Option<Board>, Flash);

impl Host for Server {
    fn restart(&mut self) {
        self.0 = self.0.take().map(Demo::restart);
    }
}

impl Site for Server {
    fn base(&self) -> &str {
        self.0.as_ref().expect("it runs").base()
    }
}

impl Host for Device {
    fn restart(&mut self) {
        // Two boards cannot use the same flash.
        mem::drop(self.0.take());
        self.0 = Some(Board::start(&self.1, ""));
    }
}

impl Site for Device {
    fn base(&self) -> &str {
        self.0.as_ref().expect("it runs").base()
    }
}

/// Sends all requests, and compares all answers, also after one was another.
fn play(host: impl Host, expected: impl Fn(&Step) -> String) {
    let mut player = Player::new(host);
    let steps = script::steps(SCRIPT);
    let mut differences = Vec::new();
    for step in &steps {
        if let Some(answer) = player.play(&step.what)
            && answer != expected(step)
        {
            let (line, what) = (step.line, &step.what);
            differences.push(format!("{line}: {what}\n  {}\n  but: {answer}", expected(step)));
        }
    }
    assert!(player.requests() >= 60, "{} requests are not many", player.requests());
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

// contract: JSON interface, The page
#[test]
fn a_server_answers_as_the_list_says() {
    let flags = ["--insecure-http", "--store", "sqlite:sessions.db"];
    play(Server(Some(Demo::with(&flags))), |step| step.answer.clone());
}

// contract: JSON interface, The page
#[test]
fn a_device_answers_as_the_list_says() {
    if !wanted() {
        return;
    }
    let flash = Flash::blank();
    let board = Board::start(&flash, "");
    play(Device(Some(board), flash), |step| {
        step.device.clone().unwrap_or_else(|| step.answer.clone())
    });
}
