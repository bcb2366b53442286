//! The session that is nowhere.

use std::time::Duration;

use sansession::{Verdict, WriteError};
use sansession_tower::{Session, SessionError};

// promise: L1
#[test]
fn an_empty_session_reads_as_empty_and_forgets_what_is_written() {
    let session = Session::empty();
    assert_eq!(session.insert("visits", &1_u32), Ok(()));
    assert_eq!(session.flash_str("notice", "saved"), Ok(()));
    assert_eq!(session.login("ada"), Ok(()));
    assert_eq!(session.set_lifetime(Duration::from_secs(1), Duration::from_secs(2)), Ok(()));

    assert_eq!(session.get::<u32>("visits"), Ok(None));
    assert_eq!(session.flashed::<String>("notice"), Ok(None));
    assert_eq!((session.principal(), session.handle()), (Ok(None), Ok(None)));
    assert_eq!((session.keys(), session.flash_keys()), (Ok(vec![]), Ok(vec![])));
    assert_eq!(session.verdict(), Ok(Verdict::None));
    assert_eq!(session.invalidate(), Ok(()));
}

/// A mistake shows at start-up as it would in a request.
// promise: T10
#[test]
fn an_empty_session_still_checks_what_is_written() {
    let session = Session::empty();
    assert_eq!(session.insert_str("", "x"), Err(SessionError::Write(WriteError::Key { len: 0 })));
    let long = "x".repeat(9000);
    assert!(matches!(
        session.insert_str("note", &long),
        Err(SessionError::Write(WriteError::Full { .. }))
    ));
}

// promise: C1
#[test]
fn a_token_of_an_empty_session_is_good_for_nothing() {
    let session = Session::empty();
    let token = session.csrf_token().unwrap();
    assert_eq!(session.verify_csrf(token.as_str()), Ok(false));
}
