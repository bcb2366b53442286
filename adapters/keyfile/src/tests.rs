use std::env;
use std::path::PathBuf;

use sansession::ConfigError;

use super::*;

const GOOD: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A directory that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(env::temp_dir().join(format!("sansession-keyfile-{name}-{}", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn comments_blank_lines_and_either_case_are_taken() {
    let text = format!("# keys\n\n 7:{} # newest\r\n0:{GOOD}ff\n", GOOD.to_uppercase());
    let ring = parse(&text).unwrap();
    // KeyRing's Debug shows ids and no key.
    let shown = format!("{ring:?}");
    let (newest, older) = (shown.find("id: 7").unwrap(), shown.find("id: 0").unwrap());
    assert!(newest < older, "newest first: {shown}");
    assert!(!shown.contains("0102"));
}

/// promise: I6
#[test]
fn malformed_lines_are_named_by_number_and_never_shown() {
    for wrong in [
        "zz", "1", ":", "256:00", "-1:00", "+1:00", " 1 :00", "1:0", "1:0g", "1::00", "+", "+:00",
        "++1:00", "+ 1:00", "1+:00", "1:+00",
    ] {
        let problem = parse(&format!("# one\n{wrong}{GOOD}g")).unwrap_err();
        assert!(matches!(problem, Problem::Line { number: 2 }), "{wrong}: {problem:?}");
        let error = KeyFileError::at(Path::new("keys"))(problem);
        assert_eq!(error.line(), Some(2));
        assert!(!format!("{error} {error:?}").contains("0102"), "{error}");
    }
}

/// promise: T8
#[test]
fn weak_and_doubled_keys_are_refused() {
    let problem = |text: &str| match parse(text).unwrap_err() {
        Problem::Key { number, error } => (number, error),
        other => panic!("{other:?}"),
    };
    assert_eq!(problem(&format!("1:{}", &GOOD[2..])), (1, ConfigError::WeakKey { id: 1 }));
    assert_eq!(problem(&format!("1:{}", "5a".repeat(40))), (1, ConfigError::WeakKey { id: 1 }));
    let doubled = problem(&format!("1:{GOOD}\n1:{GOOD}00"));
    assert_eq!(doubled, (2, ConfigError::DuplicateKeyId { id: 1 }));
    assert!(matches!(parse("# nothing\n").unwrap_err(), Problem::Empty));
}

/// promise: T7
#[test]
fn the_next_key_verifies_and_does_not_sign_wherever_it_stands() {
    let (next, newest) = (GOOD.replace("00", "aa"), GOOD.replace("00", "bb"));
    for text in [
        format!("+3:{next}\n2:{newest}\n1:{GOOD}\n"),
        format!("2:{newest}\n  +3:{next} # on its way\n1:{GOOD}\n"),
        format!("2:{newest}\n1:{GOOD}\n+3:{next}\n"),
    ] {
        let ring = parse(&text).unwrap();
        let shown = format!("{ring:?}");
        let (signs, older) = (shown.find("id: 2").unwrap(), shown.find("id: 1").unwrap());
        assert!(signs < older && older < shown.find("id: 3").unwrap(), "{shown}");
        let retiring: Vec<_> = shown.match_indices("retiring: true").collect();
        assert_eq!(retiring.len(), 1, "ids of the next key are not due: {shown}");
    }
}

/// promise: T7, T8, I6
#[test]
fn a_next_key_that_cannot_be_one_is_refused_by_its_line() {
    let problem = |text: &str| parse(text).unwrap_err();
    let only = problem(&format!("# none signs\n+1:{GOOD}\n"));
    assert!(matches!(only, Problem::OnlyNext { number: 2 }), "{only:?}");
    let second = problem(&format!("+1:{GOOD}\n2:{GOOD}\n+3:{GOOD}\n"));
    assert!(matches!(second, Problem::SecondNext { number: 3 }), "{second:?}");
    let doubled = problem(&format!("+1:{GOOD}\n1:{GOOD}\n"));
    let expected = ConfigError::DuplicateKeyId { id: 1 };
    assert!(matches!(doubled, Problem::Key { number: 1, error } if error == expected));
    let weak = problem(&format!("1:{GOOD}\n+2:{}\n", &GOOD[2..]));
    let expected = ConfigError::WeakKey { id: 2 };
    assert!(matches!(weak, Problem::Key { number: 2, error } if error == expected));
    let many = problem(&format!("1:{GOOD}\n2:{GOOD}\n3:{GOOD}\n4:{GOOD}\n+5:{GOOD}\n"));
    assert!(matches!(many, Problem::Key { number: 5, error: ConfigError::TooManyKeys }));
    for problem in [only, second, doubled, weak, many] {
        let error = KeyFileError::at(Path::new("keys"))(problem);
        assert!(error.line().is_some());
        assert!(!format!("{error} {error:?}").contains("0102"), "{error}");
    }
}

#[test]
fn a_missing_file_is_made_once_and_for_its_owner_only() {
    let scratch = Scratch::new("made");
    let path = scratch.0.join("deep").join("keys");
    let made = read_or_create(&path).unwrap();
    assert_eq!(made.open_to_others, None);
    let text = fs::read_to_string(&path).unwrap();
    assert!(read_or_create(&path).is_ok() && read(&path).is_ok());
    let error = create(&path, 2).unwrap_err();
    assert_eq!(error.path(), path);
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "the file was changed");
    assert!(read_or_create(&scratch.0).is_err(), "a directory is no key file");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_told() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let scratch = Scratch::new("mode");
    let path = scratch.0.join("keys");
    create(&path, 9).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(read(&path).unwrap().open_to_others, None);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(read(&path).unwrap().open_to_others, Some(0o640));
}

#[test]
fn a_file_that_is_too_long_is_not_cut() {
    let scratch = Scratch::new("long");
    let path = scratch.0.join("keys");
    create(&path, 9).unwrap();
    let longest = usize::try_from(LONGEST).unwrap();
    fs::write(&path, format!("1:{}", "0f".repeat(longest))).unwrap();
    assert!(read(&path).unwrap_err().to_string().ends_with("more than 65536 bytes"));
}

/// promise: I1
#[test]
fn no_two_keys_are_the_same() {
    let (one, other) = (fresh(7).unwrap(), fresh(7).unwrap());
    assert_ne!(one, other);
    assert!(one.starts_with("7:") && one.len() == 2 + 64);
    assert!(parse(&one).is_ok());
}
