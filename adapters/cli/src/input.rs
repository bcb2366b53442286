//! Input: what is to be read, and what it is.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};

use crate::args::Kind;
use crate::failure::Failure;

/// The longest input that is read.
const LONGEST: u64 = 1024 * 1024;

/// Reads the argument, the file, or else standard input.
pub(crate) fn read(argument: Option<&OsStr>, file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let read = match (argument.filter(|argument| *argument != "-"), file) {
        (Some(argument), _) => return Ok(argument.as_encoded_bytes().to_vec()),
        (None, Some(file)) => File::open(file).and_then(read_all),
        (None, None) => read_all(io::stdin().lock()),
    };
    let bytes = read.map_err(|cause| Failure::Input { file: file.map(Path::to_owned), cause })?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::InputTooLong { most: LONGEST });
    }
    Ok(bytes)
}

fn read_all(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What an input is.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Input {
    Value(Vec<u8>),
    Header(Vec<u8>),
    Record(Vec<u8>),
}

/// Takes the input for what it is said to be, or for what it looks like.
pub(crate) fn recognise(bytes: Vec<u8>, kind: Kind) -> Result<Input, Failure> {
    let text = bytes.trim_ascii();
    match kind {
        Kind::Value => Ok(Input::Value(text.to_vec())),
        Kind::Header => Ok(Input::Header(bytes)),
        Kind::Record if is_raw_record(&bytes) => Ok(Input::Record(bytes)),
        Kind::Record => decode(text).map(Input::Record).ok_or(Failure::NotText),
        Kind::Auto if is_raw_record(&bytes) => Ok(Input::Record(bytes)),
        // Records begin with their version, tokens with a form of at least 0x10.
        Kind::Auto => {
            Ok(match decode(text).filter(|record| matches!(record.first(), Some(1..=0x0f))) {
                Some(record) => Input::Record(record),
                None if text.contains(&b'=') || prefix(text).is_some() => Input::Header(bytes),
                None => Input::Value(text.to_vec()),
            })
        }
    }
}

/// No text begins with a control byte other than white space.
fn is_raw_record(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(0..=8))
}

/// Hexadecimal digits, also as `PostgreSQL` and C write them, or base64 of any kind. White space does not matter.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let hex = digits.strip_prefix(br"\x").or_else(|| digits.strip_prefix(b"0x"));
    if let Ok(record) = base16ct::mixed::decode_vec(hex.unwrap_or(&digits)) {
        return Some(record);
    }
    let text = str::from_utf8(&digits).ok()?;
    [
        Base64::decode_vec,
        Base64Unpadded::decode_vec,
        Base64Url::decode_vec,
        Base64UrlUnpadded::decode_vec,
    ]
    .iter()
    .find_map(|decode| decode(text).ok())
}

/// The lines of headers, without their names. Of a `Set-Cookie` only the cookie is left.
pub(crate) fn header_lines(headers: &[u8]) -> impl Iterator<Item = &[u8]> {
    headers.split(|byte| *byte == b'\n').map(|line| {
        let line = line.trim_ascii();
        match prefix(line) {
            Some((Prefix::Cookie, rest)) => rest,
            Some((Prefix::SetCookie, rest)) => {
                rest.split(|byte| *byte == b';').next().unwrap_or(rest)
            }
            None => line,
        }
    })
}

enum Prefix {
    Cookie,
    SetCookie,
}

fn prefix(line: &[u8]) -> Option<(Prefix, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at(colon);
    let prefix = match name.to_ascii_lowercase().as_slice() {
        b"cookie" => Prefix::Cookie,
        b"set-cookie" => Prefix::SetCookie,
        _ => return None,
    };
    Some((prefix, &value[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(bytes: &[u8]) -> Input {
        recognise(bytes.to_vec(), Kind::Auto).unwrap()
    }

    #[test]
    fn inputs_are_taken_for_what_they_look_like() {
        assert_eq!(auto(b" EQNzZWxl-_\n"), Input::Value(b"EQNzZWxl-_".to_vec()));
        assert_eq!(auto(b"a=1; b=2"), Input::Header(b"a=1; b=2".to_vec()));
        assert_eq!(auto(b"cOOkie: none"), Input::Header(b"cOOkie: none".to_vec()));
        assert_eq!(auto(b"\x01\x00=;"), Input::Record(b"\x01\x00=;".to_vec()));
        for text in ["0100ff", "0100FF", r"\x0100ff", "0x0100ff", "01 00\nff\n", "AQD/", "AQD_"] {
            assert_eq!(auto(text.as_bytes()), Input::Record(vec![1, 0, 0xff]), "{text}");
        }
        assert_eq!(auto(b"AQA="), Input::Record(vec![1, 0]));
        assert_eq!(auto(b"AQA"), Input::Record(vec![1, 0]));
        assert_eq!(auto(b""), Input::Value(Vec::new()));
        assert_eq!(auto(b"\xff\xfe"), Input::Value(b"\xff\xfe".to_vec()));
    }

    #[test]
    fn what_is_said_counts_more_than_looks() {
        let said = |bytes: &[u8], kind| recognise(bytes.to_vec(), kind).ok();
        assert_eq!(said(b"0100 ", Kind::Value), Some(Input::Value(b"0100".to_vec())));
        assert_eq!(said(b"0100", Kind::Header), Some(Input::Header(b"0100".to_vec())));
        assert_eq!(said(b"EQNz", Kind::Record), Some(Input::Record(vec![0x11, 3, 0x73])));
        assert_eq!(said(b"not a record", Kind::Record), None);
    }

    #[test]
    fn of_headers_only_the_cookies_are_left() {
        let headers = b"Cookie: a=1; b=2\r\nset-cookie:c=3; Path=/\nd=4; e=5\n";
        let lines: Vec<&[u8]> = header_lines(headers).map(<[u8]>::trim_ascii).collect();
        assert_eq!(lines, [&b"a=1; b=2"[..], b"c=3", b"d=4; e=5", b""]);
    }
}
