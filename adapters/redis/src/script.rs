//! The scripts that a server runs, each in one step.
//!
//! In: keys and arguments. Out: a command that runs the script by its hash, or by its text, which the server then
//! keeps. It refuses to know what the scripts do.

use redis::{Cmd, cmd};

/// A script, known to servers by the hash of its text.
pub(crate) struct Script {
    text: &'static str,
    hash: String,
}

/// All that there are.
pub(crate) struct Scripts {
    pub(crate) update: Script,
    pub(crate) touch: Script,
    pub(crate) destroy: Script,
    pub(crate) enter: Script,
    pub(crate) forget: Script,
}

/// A script with its keys and arguments.
pub(crate) struct Call<'a> {
    script: &'a Script,
    keys: &'a [&'a str],
    arguments: &'a [&'a [u8]],
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            update: Script::new(concat!(
                include_str!("lua/enter.lua"),
                include_str!("lua/update.lua")
            )),
            touch: Script::new(include_str!("lua/touch.lua")),
            destroy: Script::new(include_str!("lua/destroy.lua")),
            enter: Script::new(concat!(
                include_str!("lua/enter.lua"),
                include_str!("lua/enter_one.lua")
            )),
            forget: Script::new(include_str!("lua/forget.lua")),
        }
    }
}

impl Script {
    fn new(text: &'static str) -> Self {
        Self { text, hash: redis::Script::new(text).get_hash().to_owned() }
    }

    pub(crate) fn call<'a>(&'a self, keys: &'a [&'a str], arguments: &'a [&'a [u8]]) -> Call<'a> {
        Call { script: self, keys, arguments }
    }
}

impl Call<'_> {
    pub(crate) fn by_hash(&self) -> Cmd {
        self.finish(cmd("EVALSHA").arg(&self.script.hash))
    }

    pub(crate) fn by_text(&self) -> Cmd {
        self.finish(cmd("EVAL").arg(self.script.text))
    }

    fn finish(&self, begun: &Cmd) -> Cmd {
        let mut command = begun.clone();
        command.arg(self.keys.len()).arg(self.keys);
        for argument in self.arguments {
            command.arg(*argument);
        }
        command
    }
}
