//! The two ends: [`watch`] is the debugger, [`Steps`] is in the process that does the work.

use std::hint::black_box;
use std::io::{BufRead, Write, stdin};
use std::process::{Child, Command, ExitCode, Stdio};

use nix::sched::{CpuSet, sched_getcpu, sched_setaffinity};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// Says that counting begins, and that it ends.
const MARK: Signal = Signal::SIGUSR1;

/// Starts this program again with `arguments` and counts its steps where it asks for that.
#[expect(clippy::zombie_processes, reason = "waitpid waits for it")]
pub(crate) fn watch(arguments: &[String]) -> ExitCode {
    pin();
    let program = std::env::current_exe().expect("this program is a file");
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).spawn();
    let mut child = child.expect("this program can be started again");
    let pid = Pid::from_raw(i32::try_from(child.id()).expect("process ids are positive"));
    let mut count: Option<Count> = None;
    loop {
        match waitpid(pid, None).expect("the child is there until it was waited for") {
            WaitStatus::Exited(_, 0) => return ExitCode::SUCCESS,
            WaitStatus::Exited(..) | WaitStatus::Signaled(..) => return ExitCode::FAILURE,
            WaitStatus::Stopped(_, MARK) => match count.take() {
                None => count = Some(Count::default()),
                Some(count) => answer(&mut child, count.steps),
            },
            WaitStatus::Stopped(_, Signal::SIGTRAP) if count.is_some() => {}
            WaitStatus::Stopped(_, signal) => {
                ptrace::cont(pid, signal).expect("a stopped child goes on");
                continue;
            }
            _ => {}
        }
        match &mut count {
            Some(count) => {
                count.note(pid);
                ptrace::step(pid, None).expect("a stopped child goes on");
            }
            None => ptrace::cont(pid, None).expect("a stopped child goes on"),
        }
    }
}

/// Keeps both processes on one core, as only one of them runs at a time: to wake somebody on another core takes longer
/// than a step. Without it, steps are slower and as many.
fn pin() {
    let mut core = CpuSet::new();
    let chosen = sched_getcpu().and_then(|number| core.set(number));
    let _ = chosen.and_then(|()| sched_setaffinity(Pid::from_raw(0), &core));
}

fn answer(child: &mut Child, steps: u64) {
    let pipe = child.stdin.as_mut().expect("it was asked for");
    writeln!(pipe, "{steps}").expect("the child reads what it waits for");
}

#[derive(Default)]
struct Count {
    steps: u64,
    place: u64,
}

impl Count {
    /// Counts a step, unless it did not get on: then it is the same instruction, repeating itself.
    fn note(&mut self, pid: Pid) {
        let place = ptrace::getregs(pid).expect("the child is stopped").rip;
        self.steps += u64::from(place != self.place);
        self.place = place;
    }
}

/// Asks the debugger, if there is one.
#[derive(Debug)]
pub struct Steps {
    watched: bool,
    /// Of work that is one call of a function that does nothing.
    empty: u64,
}

impl Default for Steps {
    fn default() -> Self {
        Self::new()
    }
}

impl Steps {
    /// To be made once, by the process that is watched.
    ///
    /// # Panics
    /// The debugger is there and does not answer.
    pub fn new() -> Self {
        let mut steps = Self { watched: ptrace::traceme().is_ok(), empty: 0 };
        let nothing: fn() = || {};
        for _ in 0..2 {
            steps.empty = 0;
            steps.empty = steps.count(|| black_box(nothing)()).unwrap_or_default();
        }
        steps
    }

    /// Instructions of the work, but for those of one call. `None` where nobody may watch; the work is done then too.
    ///
    /// # Panics
    /// The debugger does not answer.
    pub fn count(&mut self, work: impl FnOnce()) -> Option<u64> {
        if !self.watched {
            work();
            return None;
        }
        raise(MARK).expect("a process may signal itself");
        work();
        raise(MARK).expect("a process may signal itself");
        let mut line = String::new();
        stdin().lock().read_line(&mut line).expect("the debugger answers");
        let steps: u64 = line.trim().parse().expect("the debugger answers with a number");
        Some(steps.saturating_sub(self.empty))
    }
}
