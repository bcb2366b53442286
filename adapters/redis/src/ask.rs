//! Asks the server, by a command or a script, and waits for replicas if it was told to.

use core::time::Duration;

use redis::{Cmd, ErrorKind, Pipeline, ServerErrorKind, Value, cmd};

use crate::RedisStore;
use crate::error::{Cause, Operation, RedisError};
use crate::link::{Failure, IfBroken};
use crate::script::Call;

/// How many replicas are waited for, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) replicas: u32,
    pub(crate) timeout: Duration,
}

/// What was answered to a write.
pub(crate) struct Answer {
    pub(crate) value: Value,
    /// Not on as many replicas as it should be.
    shortfall: Option<Cause>,
}

impl Answer {
    /// The word that a script ends with.
    pub(crate) fn word(&self) -> &[u8] {
        match &self.value {
            Value::BulkString(word) => word,
            _ => b"",
        }
    }

    /// The write was made; it is done if it is where it should be.
    pub(crate) fn done<T>(self, operation: Operation, outcome: T) -> Result<T, RedisError> {
        match self.shortfall {
            None => Ok(outcome),
            Some(cause) => Err(RedisError::new(operation, cause)),
        }
    }
}

/// One command alone.
pub(crate) fn one(command: Cmd) -> Pipeline {
    let mut commands = Pipeline::with_capacity(1);
    commands.add_command(command);
    commands
}

impl RedisStore {
    /// Asks with a command that changes nothing.
    pub(crate) async fn read(
        &self,
        operation: Operation,
        command: Cmd,
    ) -> Result<Value, RedisError> {
        let answers = self.link.ask(&one(command), IfBroken::AskAgain).await;
        only(operation, answers.map_err(RedisError::asked(operation))?)
    }

    /// Writes with a command that replicas are not waited for.
    pub(crate) async fn write_here(
        &self,
        operation: Operation,
        command: Cmd,
    ) -> Result<Value, RedisError> {
        let answers = self.link.ask(&one(command), IfBroken::Fail).await;
        only(operation, answers.map_err(RedisError::asked(operation))?)
    }

    /// Writes with a command.
    pub(crate) async fn write(
        &self,
        operation: Operation,
        command: Cmd,
    ) -> Result<Answer, RedisError> {
        self.try_write(operation, command).await.map_err(RedisError::asked(operation))?
    }

    /// Runs a script that replicas are not waited for.
    pub(crate) async fn run_here(
        &self,
        operation: Operation,
        call: &Call<'_>,
    ) -> Result<Value, RedisError> {
        let mut answers = self.link.ask(&one(call.by_hash()), IfBroken::Fail).await;
        if is_unknown(&answers) {
            answers = self.link.ask(&one(call.by_text()), IfBroken::Fail).await;
        }
        only(operation, answers.map_err(RedisError::asked(operation))?)
    }

    /// Writes with a script.
    pub(crate) async fn run_write(
        &self,
        operation: Operation,
        call: &Call<'_>,
    ) -> Result<Answer, RedisError> {
        let mut answer = self.try_write(operation, call.by_hash()).await;
        if is_unknown(&answer) {
            answer = self.try_write(operation, call.by_text()).await;
        }
        answer.map_err(RedisError::asked(operation))?
    }

    /// The outer error is the server's or the way's, the inner one an answer of another form.
    async fn try_write(
        &self,
        operation: Operation,
        command: Cmd,
    ) -> Result<Result<Answer, RedisError>, Failure> {
        let mut commands = one(command);
        let Some(wait) = self.wait else {
            let answers = self.link.ask(&commands, IfBroken::Fail).await?;
            return Ok(only(operation, answers).map(|value| Answer { value, shortfall: None }));
        };
        // In one go, so that both go over one connection: the server waits for what that has written.
        let timeout = u64::try_from(wait.timeout.as_millis()).unwrap_or(u64::MAX);
        commands.add_command(cmd("WAIT").arg(wait.replicas).arg(timeout).clone());
        let mut answers = self.link.ask(&commands, IfBroken::Fail).await?;
        let Some(Value::Int(reached)) = answers.pop() else {
            return Ok(Err(RedisError::new(operation, Cause::Answer)));
        };
        let (asked, reached) = (wait.replicas, u32::try_from(reached).unwrap_or_default());
        let shortfall = (reached < asked).then_some(Cause::Replicas { asked, reached });
        Ok(only(operation, answers).map(|value| Answer { value, shortfall }))
    }
}

fn only(operation: Operation, answers: Vec<Value>) -> Result<Value, RedisError> {
    match <[Value; 1]>::try_from(answers) {
        Ok([value]) => Ok(value),
        Err(_) => Err(RedisError::new(operation, Cause::Answer)),
    }
}

/// The server does not have the script, so it ran nothing.
fn is_unknown<T>(answer: &Result<T, Failure>) -> bool {
    const NO_SCRIPT: ErrorKind = ErrorKind::Server(ServerErrorKind::NoScript);
    matches!(answer, Err(Failure::Asking(error)) if error.kind() == NO_SCRIPT)
}
