//! The programs of the guides and of the README are compiled, those of ours; `rs` marks the programs that are not.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../from-tower-sessions.md")]
struct FromTowerSessions;

#[cfg(doctest)]
#[doc = include_str!("../from-actix-session.md")]
struct FromActixSession;

#[cfg(doctest)]
#[doc = include_str!("../from-laravel-or-glimr.md")]
struct FromLaravelOrGlimr;
