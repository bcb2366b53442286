//! The candidates for a name, as an exchange meets them.

use serde_json::json;

use crate::harness::{fed, sansession};

const HEADER: &str = "Cookie: a=1; sid=one;sid = two=2 ;\tSID=no; sid; b=sid=x; sid=";

/// promise: H1, H2
#[test]
fn candidates_come_in_order_and_only_as_lengths() {
    let said = sansession(&["parse", "--json", "--name", "sid", HEADER]).expect(0).json();
    let chars = |chars| json!({ "chars": chars, "tried": true });
    assert_eq!(said, json!({ "name": "sid", "candidates": [chars(3), chars(5), chars(0)] }));
    let said = sansession(&["parse", "--name", "sid", HEADER]).expect(0).out;
    assert_eq!(said, "1: 3 characters\n2: 5 characters\n3: 0 characters\n");
    let said = sansession(&["parse", "--values", "--name", "sid", HEADER]).expect(0).out;
    assert_eq!(said, "1: 3 characters: one\n2: 5 characters: two=2\n3: 0 characters: \n");
}

/// promise: H2
#[test]
fn lines_are_headers_of_one_request() {
    let headers = b"a=1; sid=one\r\nCookie: sid=two\r\nsid=\xff;\n";
    let said = fed(&["parse", "--json", "--values", "--name", "sid"], headers).expect(0).json();
    let expected = json!([
        { "chars": 3, "tried": true, "value": "one" },
        { "chars": 3, "tried": true, "value": "two" },
        { "chars": 1, "tried": true, "value_hex": "ff" },
    ]);
    assert_eq!(said["candidates"], expected);
    let said =
        fed(&["parse", "--values", "--name", "sid", "-"], b"sid=\xff\nsid=\x1b[2J").expect(0);
    assert_eq!(said.out, "1: 1 characters: not text: ff\n2: 4 characters: \\u{1b}[2J\n");
}

/// promise: H3
#[test]
fn the_ninth_is_not_tried() {
    let said = sansession(&["parse", "--name", "s", &"s=x; ".repeat(9)]).expect(0).out;
    assert!(said.contains("8: 1 characters\n") && said.ends_with("9: 1 characters, not tried\n"));
}

#[test]
fn without_a_candidate_it_fails() {
    let said = sansession(&["parse", "--json", "--name", "sid", "Sid=1"]).expect(1);
    assert_eq!(said.json(), json!({ "name": "sid", "candidates": [] }));
    assert_eq!(said.err, "error: no cookie is called sid\n");
    sansession(&["parse"]).expect(1);
}
