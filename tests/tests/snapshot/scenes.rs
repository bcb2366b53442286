//! The kinds of exchange: how each comes about.

use core::time::Duration;

use sansession::{Config, Ending};
use sansession_tests::{Browser, CONFIG, Exchange, Server, minutes};

/// An exchange of one kind.
pub(crate) struct Scene {
    pub(crate) name: &'static str,
    /// What the browser has before.
    pub(crate) before: Before,
    /// How long the browser waits before it asks.
    pub(crate) age: Duration,
    /// How long the handler takes.
    pub(crate) takes: Duration,
    pub(crate) handler: fn(&Server, &mut Exchange),
    pub(crate) ending: Ending,
    pub(crate) randomness: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    Nothing,
    Session,
    Flash,
    /// A session of alice.
    Login,
}

/// Renewed every hour with a grace of one minute; one try more after a conflict.
pub(crate) const RULES: Config = CONFIG.renew(minutes(60), minutes(1)).retries(1);

const CALM: Scene = Scene {
    name: "",
    before: Before::Session,
    age: minutes(1),
    // Longer than the grace, so that an id can become obsolete meanwhile.
    takes: minutes(2),
    handler: |_, _| {},
    ending: Ending::Answered,
    randomness: true,
};

fn write(_: &Server, active: &mut Exchange) {
    active.insert("own", "write").expect("room");
}

fn login(_: &Server, active: &mut Exchange) {
    active.login("bob").expect("room");
}

fn end_and_write(server: &Server, active: &mut Exchange) {
    active.invalidate();
    write(server, active);
}

pub(crate) const SCENES: [Scene; 26] = [
    Scene { name: "nothing, without a session", before: Before::Nothing, ..CALM },
    Scene { name: "nothing, with a session", ..CALM },
    Scene {
        name: "a CSRF token without a session (guest)",
        before: Before::Nothing,
        handler: |server, active| {
            server.csrf(active);
        },
        ..CALM
    },
    Scene { name: "use to be recorded (touch)", age: minutes(30), ..CALM },
    Scene { name: "flash used up (tidy)", before: Before::Flash, ..CALM },
    Scene { name: "id due for renewal (renew)", age: minutes(60), ..CALM },
    Scene {
        name: "id due for renewal, no randomness",
        age: minutes(60),
        randomness: false,
        ..CALM
    },
    Scene { name: "a write (change)", handler: write, ..CALM },
    Scene { name: "a write, id due for renewal", age: minutes(60), handler: write, ..CALM },
    Scene {
        name: "a write, the absolute deadline passes meanwhile",
        takes: minutes(60 * 24 * 8),
        handler: write,
        ..CALM
    },
    Scene { name: "regenerate", handler: |_, active| active.regenerate(), ..CALM },
    Scene {
        name: "regenerate, no randomness",
        handler: |_, active| active.regenerate(),
        randomness: false,
        ..CALM
    },
    Scene { name: "login with an anonymous session", handler: login, ..CALM },
    Scene { name: "login, no randomness", handler: login, randomness: false, ..CALM },
    Scene { name: "login of another principal", before: Before::Login, handler: login, ..CALM },
    Scene {
        name: "a write without a session (create)",
        before: Before::Nothing,
        handler: write,
        ..CALM
    },
    Scene {
        name: "create, no randomness",
        before: Before::Nothing,
        handler: write,
        randomness: false,
        ..CALM
    },
    Scene { name: "invalidate", handler: |_, active| active.invalidate(), ..CALM },
    Scene {
        name: "invalidate without a session",
        before: Before::Nothing,
        handler: |_, active| active.invalidate(),
        ..CALM
    },
    Scene {
        name: "invalidate, and a CSRF token after it",
        handler: |server, active| {
            active.invalidate();
            server.csrf(active);
        },
        ..CALM
    },
    Scene { name: "invalidate, and a write after it", handler: end_and_write, ..CALM },
    Scene {
        name: "invalidate, and a write after it, no randomness",
        handler: end_and_write,
        randomness: false,
        ..CALM
    },
    Scene {
        name: "a write, and the handler fails",
        handler: write,
        ending: Ending::Failed,
        ..CALM
    },
    Scene {
        name: "invalidate, a write, and the handler fails",
        handler: end_and_write,
        ending: Ending::Failed,
        ..CALM
    },
    Scene {
        name: "invalidate, a CSRF token, and the handler fails",
        handler: |server, active| {
            active.invalidate();
            server.csrf(active);
        },
        ending: Ending::Failed,
        ..CALM
    },
    Scene {
        name: "login of another principal, and the handler fails",
        before: Before::Login,
        handler: login,
        ending: Ending::Failed,
        ..CALM
    },
];

impl Scene {
    /// A server with what was before, and the browser that has its cookie.
    pub(crate) fn set(&self) -> (Server, Browser) {
        let server = Server::new(RULES);
        let mut browser = Browser::new();
        let setup = |active: &mut Exchange| match self.before {
            Before::Nothing => Ok(()),
            Before::Session => active.insert("key", "value"),
            Before::Flash => active.flash("note", "message"),
            Before::Login => active.login("alice"),
        };
        server.request(&mut browser, setup).value.expect("room");
        server.pass(self.age);
        (server, browser)
    }
}
