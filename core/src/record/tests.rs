extern crate std;

use super::*;

fn header() -> Header {
    Header {
        regenerates: 0x0102_0304,
        created: Timestamp::from_millis(10_000),
        deadline: Timestamp::from_millis(90_000),
        idle: Span::of(core::time::Duration::from_millis(30_000)),
        minted: Timestamp::from_millis(11_000),
        current: VerifierHash([0xc1; 16]),
        previous: Some(Previous {
            hash: VerifierHash([0xb2; 16]),
            ends: Some(Timestamp::from_millis(20_000)),
        }),
        own_lifetime: true,
    }
}

fn written(header: &Header) -> [u8; HEADER] {
    let mut record = [0; HEADER];
    header.write(Form::Clear, &mut record);
    record
}

/// Byte by byte as the crate docs say.
#[test]
fn the_header_is_as_documented() {
    let expected = [
        &[1, 0b111][..],
        &[4, 3, 2, 1],
        &[0x10, 0x27, 0, 0, 0, 0],
        &[0x90, 0x5f, 1, 0, 0, 0],
        &[0x30, 0x75, 0, 0, 0, 0],
        &[0xf8, 0x2a, 0, 0, 0, 0],
        &[0x20, 0x4e, 0, 0, 0, 0],
        &[0xc1; 16],
        &[0xb2; 16],
    ]
    .concat();
    assert_eq!(written(&header()), *expected);
}

/// promise: T9
#[test]
fn every_other_flag_or_leftover_is_corrupt() {
    let record = written(&header());
    assert!(matches!(Header::parse(&record), Ok(Loaded { entries: [], has_flash: false, .. })));
    for cut in 0..HEADER {
        assert!(matches!(Header::parse(&record[..cut]), Err(Unreadable::Corrupt)), "{cut}");
    }
    for flags in 0..=255_u8 {
        let mut record = record;
        record[1] = flags;
        // Without a previous verifier its fields must be zero.
        let good = flags < 8 && flags & 3 == 3;
        assert_eq!(Header::parse(&record).is_ok(), good, "{flags}");
    }
    for version in 0..=255_u8 {
        let mut record = record;
        record[0] = version;
        match Header::parse(&record) {
            Ok(_) => assert_eq!(version, 1),
            // A sealed record has a trailer.
            Err(Unreadable::Corrupt) => assert!(matches!(version, 0 | 2)),
            Err(Unreadable::NewerVersion(newer)) => assert_eq!((newer, newer > 2), (version, true)),
        }
    }
}

/// promise: D3, T9
#[test]
fn of_a_sealed_record_the_header_and_the_principal_are_read() {
    let principal = b"\x01\0\x03\0ada";
    let sealed = |bound: bool, entries: &[u8], rest: usize| {
        let mut record = [&[0; HEADER], entries, &[0xa5; 100][..rest]].concat();
        header().write(Form::Sealed { bound }, &mut record);
        record
    };
    let read = |record: &[u8]| match Header::parse(record) {
        Ok(Loaded { entries, sealed, has_flash: false, .. }) => {
            Some((entries.len(), sealed.map(<[u8]>::len)))
        }
        _ => None,
    };
    assert_eq!(sealed(true, principal, 50)[..2], [2, 0b1111]);
    assert_eq!(read(&sealed(true, principal, 50)), Some((7, Some(50))));
    assert_eq!(read(&sealed(false, &[], 50)), Some((0, Some(50))));
    // The trailer is whole, and what is told to be a principal is one.
    assert_eq!(read(&sealed(true, principal, TRAILER)), Some((7, Some(TRAILER))));
    assert_eq!(read(&sealed(true, principal, TRAILER - 1)), None);
    assert_eq!(read(&sealed(true, b"\x02\x01\0\0k", 50)), None);
    assert_eq!(read(&sealed(true, b"\x01\0\0\0", 50)), None);
    assert_eq!(read(&sealed(true, b"\x01\0\xff\0", 50)), None);
    for flags in 0..=255_u8 {
        let mut record = sealed(true, principal, 50);
        record[1] = flags;
        // Without the flag the principal is part of what is sealed.
        assert_eq!(read(&record).is_some(), flags < 16 && flags & 3 == 3, "{flags}");
    }
}

/// promise: L7, L8
#[test]
fn deadlines_have_no_tolerance_and_the_future_is_clamped() {
    let header = header();
    let judge = |seen, now| {
        header.judge(&header.current, Timestamp::from_millis(seen), Timestamp::from_millis(now))
    };
    assert_eq!(judge(70_000, 89_999), Ok(Standing::Current));
    assert_eq!(judge(70_000, 90_000), Err(Verdict::ExpiredAbsolute));
    assert_eq!(judge(20_000, 49_999), Ok(Standing::Current));
    assert_eq!(judge(20_000, 50_000), Err(Verdict::ExpiredIdle));
    assert_eq!(judge(80_000, 20_000), Ok(Standing::Current));
}

/// promise: L3, L14
#[test]
fn a_verifier_stands_where_the_record_says() {
    let mut header = header();
    let [seen, now] = [15_000, 19_999].map(Timestamp::from_millis);
    let previous = VerifierHash([0xb2; 16]);
    assert_eq!(header.judge(&previous, seen, now), Ok(Standing::Grace));
    assert_eq!(
        header.judge(&previous, seen, Timestamp::from_millis(20_000)),
        Err(Verdict::Obsolete)
    );
    assert_eq!(header.judge(&VerifierHash([9; 16]), seen, now), Err(Verdict::Unknown));
    header.previous = Some(Previous { hash: previous, ends: None });
    assert_eq!(header.judge(&previous, seen, now), Ok(Standing::Previous));
    header.previous = None;
    assert_eq!(header.judge(&previous, seen, now), Err(Verdict::Unknown));
}

/// The form that a time of zero has must not pass for "no verifier".
#[test]
fn an_all_zero_verifier_is_not_no_verifier() {
    let mut header = header();
    header.previous = None;
    let verdict = header.judge(&VerifierHash::default(), Timestamp::ZERO, Timestamp::ZERO);
    assert_eq!(verdict, Err(Verdict::Unknown));
}
