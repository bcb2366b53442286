use core::cell::Cell;

use serde::Serializer;

use super::*;

/// Longer than two bytes of length can say.
const LONG: &str = match core::str::from_utf8(&[b'x'; 40_000]) {
    Ok(text) => text,
    Err(_) => "",
};

#[test]
#[expect(
    clippy::large_stack_arrays,
    reason = "without an allocator, a long text needs a long array"
)]
fn a_text_is_written_as_postcard_writes_it() {
    for len in [0, 1, 127, 128, 129, 300, 0x3fff, 0x4000, 0x4001, 0x7fff, 0x8000, 40_000] {
        let text = &LONG[..len];
        let (ours, theirs) = (Text(text), Typed(text));
        let size = theirs.size().unwrap();
        assert_eq!(ours.size(), Ok(size));
        let mut written = [[0; 40_003]; 2];
        ours.write(&mut written[0][..size]).unwrap();
        theirs.write(&mut written[1][..size]).unwrap();
        assert!(written[0] == written[1], "{len}");
        assert_eq!(decode(&written[0][..size]), Ok(text));
    }
}

/// Says another length each time.
struct Fickle(Cell<u8>, i8);

impl Serialize for Fickle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let len = self.0.get();
        self.0.set(len.wrapping_add_signed(self.1));
        serializer.serialize_str(&LONG[..usize::from(len)])
    }
}

#[test]
fn a_value_that_is_not_the_same_twice_is_refused() {
    let mut out = [0; 32];
    for (change, expected) in
        [(0, Ok(())), (1, Err(WriteError::Encode)), (-1, Err(WriteError::Encode))]
    {
        let value = Fickle(Cell::new(10), change);
        let value = Typed(&value);
        let size = value.size().unwrap();
        assert_eq!(value.write(&mut out[..size]), expected, "{change}");
    }
}
