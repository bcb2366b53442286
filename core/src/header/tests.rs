extern crate std;

use std::vec::Vec;

use super::*;

fn values<'h>(lines: &[&'h [u8]]) -> Vec<&'h [u8]> {
    let mut budget = Budget::new();
    lines.iter().flat_map(|line| budget.values(line, "sid").collect::<Vec<_>>()).collect()
}

/// promise: H1
#[test]
fn names_match_to_the_byte_and_nothing_is_decoded() {
    let table: &[(&[u8], &[&[u8]])] = &[
        (b"sid=a", &[b"a"]),
        (b"a=b; sid=c; d=e", &[b"c"]),
        (b"sid=a;sid=b;\tsid=c \t", &[b"a", b"b", b"c"]),
        (b" sid = a ", &[b"a"]),
        (b"sid=a=b==", &[b"a=b=="]),
        (b"sid=", &[b""]),
        (b"sid", &[]),
        (b"=sid", &[]),
        (b"=sid=a", &[]),
        (b"SID=a; sId=b; xsid=c; sidx=d", &[]),
        (b"%73id=a", &[]),
        (b"sid=%61", &[b"%61"]),
        (b"sid=\"a;b\"", &[b"\"a"]),
        (b"$Version=1; sid=a; $Path=/", &[b"a"]),
        (b"a=b, sid=c", &[]),
        (b"x=\xff\xfe; sid=a; \x80=\x80", &[b"a"]),
        (b"", &[]),
        (b";;; ;", &[]),
    ];
    for (line, expected) in table {
        assert_eq!(&values(&[line]), expected, "{line:?}");
    }
}

/// promise: H2
#[test]
fn several_lines_are_read_as_one() {
    assert_eq!(values(&[b"a=1; sid=x", b"sid=y", b"b=2"]), [b"x", b"y"]);
}

/// promise: H2
#[test]
fn pairs_and_bytes_are_bounded() {
    let many: Vec<u8> = b"a=b;".repeat(MAX_PAIRS - 1);
    assert_eq!(values(&[&many[..many.len() - 1], b"sid=x"]), [b"x"]);
    assert_eq!(values(&[&many, b"sid=x"]), [b"" as &[u8]; 0]);
    let mut long = std::vec![b'x'; MAX_BYTES - 5];
    assert_eq!(values(&[&long, b"sid=y"]), [b"y"]);
    long.push(b'x');
    assert_eq!(values(&[&long, b"sid=y"]), [b""]);
}

/// promise: H1
#[test]
fn semicolons_are_found_wherever_they_stand() {
    for len in [0, 1, 31, 32, 33, 64, 65, 100] {
        let line = std::vec![b'x'; len];
        assert_eq!(semicolon(&line), None);
        for at in 0..len {
            let mut line = line.clone();
            line[at] = b';';
            assert_eq!(semicolon(&line), Some(at));
            line[len - 1] = b';';
            assert_eq!(semicolon(&line), Some(at));
            assert_eq!(split(&line).count(), if at == len - 1 { 2 } else { 3 });
        }
    }
}
