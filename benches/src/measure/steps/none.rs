//! Where the steps of a process cannot be counted.

use std::process::{Command, ExitCode};

use crate::measure::Work;

pub(crate) fn watch(arguments: &[String]) -> ExitCode {
    let program = std::env::current_exe().expect("this program is a file");
    let ended = Command::new(program).args(arguments).status().expect("it can be started again");
    if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

pub(crate) struct Steps;

impl Steps {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn count(&mut self, work: &mut dyn Work) -> Option<u64> {
        work.run();
        None
    }
}
