//! What happens to the text of a token on its way.

use arbitrary::Arbitrary;

/// What happens to a text, where, and with which byte. Places wrap around.
#[derive(Arbitrary, Debug)]
pub(crate) enum Edit<'a> {
    Set(u8, u8),
    Flip(u8, u8),
    Insert(u8, u8),
    Append(u8),
    Remove(u8),
    Swap(u8),
    Cut(u8),
    /// The other alphabet of base64.
    Standard,
    /// What comes behind is that of another authentic token.
    Splice(u8),
    Whole(&'a [u8]),
}

impl Edit<'_> {
    pub(crate) fn apply(&self, text: &mut Vec<u8>, other: &[u8]) {
        let place = |at: u8| usize::from(at) % text.len().max(1);
        match *self {
            Self::Set(at, byte) => {
                let at = place(at);
                text.splice(at..text.len().min(at + 1), [byte]);
            }
            Self::Flip(at, bit) => {
                let at = place(at);
                text.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << (bit % 8));
            }
            Self::Insert(at, byte) => text.insert(place(at), byte),
            Self::Append(byte) => text.push(byte),
            Self::Remove(at) => {
                let at = place(at);
                text.drain(at..text.len().min(at + 1));
            }
            Self::Swap(at) => {
                let at = place(at);
                if at + 1 < text.len() {
                    text.swap(at, at + 1);
                }
            }
            Self::Cut(at) => text.truncate(place(at)),
            Self::Standard => text.iter_mut().for_each(|byte| match byte {
                b'-' => *byte = b'+',
                b'_' => *byte = b'/',
                _ => {}
            }),
            Self::Splice(at) => {
                let at = place(at);
                text.truncate(at);
                text.extend(other.iter().skip(at));
            }
            Self::Whole(bytes) => *text = bytes.to_vec(),
        }
    }
}
