//! A record and what stands beside it, as one value, for what can keep nothing but bytes.
//!
//! In: revision, times and record. Out: bytes, and the same again. It refuses to know what the record says.

use sansession::{Meta, Revision, Timestamp};

/// Bytes in front of the record.
pub(crate) const HEAD: usize = 21;

/// The first byte of every value.
const FORMAT: u8 = 1;

/// What stands in front of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Head {
    pub(crate) meta: Meta,
    /// When the value ends, or began; that is up to who keeps it.
    pub(crate) time: Timestamp,
}

/// Bytes that hold no record for this release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unreadable {
    /// No release has written them.
    Damaged,
    /// A newer release has, in this format.
    Newer(u8),
}

impl Head {
    pub(crate) fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [FORMAT; HEAD];
        let [_, rest @ ..] = &mut bytes;
        let (revision, times) = rest.split_at_mut(8);
        let (seen, time) = times.split_at_mut(6);
        revision.copy_from_slice(&self.meta.revision.get().to_le_bytes());
        seen.copy_from_slice(&millis(self.meta.seen));
        time.copy_from_slice(&millis(self.time));
        bytes
    }

    /// Takes a value apart.
    pub(crate) fn split(value: &[u8]) -> Result<(Self, &[u8]), Unreadable> {
        match value {
            [FORMAT, rest @ ..] => Self::parse(rest).ok_or(Unreadable::Damaged),
            [0, ..] | [] => Err(Unreadable::Damaged),
            [format, ..] => Err(Unreadable::Newer(*format)),
        }
    }

    fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (revision, rest) = bytes.split_first_chunk()?;
        let (seen, rest) = rest.split_first_chunk()?;
        let (time, record) = rest.split_first_chunk()?;
        let meta = Meta::new(Revision::new(u64::from_le_bytes(*revision)), timestamp(*seen));
        Some((Self { meta, time: timestamp(*time) }, record))
    }
}

fn millis(time: Timestamp) -> [u8; 6] {
    let [a, b, c, d, e, f, _, _] = time.as_millis().to_le_bytes();
    [a, b, c, d, e, f]
}

fn timestamp([a, b, c, d, e, f]: [u8; 6]) -> Timestamp {
    Timestamp::from_millis(u64::from_le_bytes([a, b, c, d, e, f, 0, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: [Timestamp; 3] =
        [Timestamp::ZERO, Timestamp::from_millis(0x0605_0403_0201), Timestamp::MAX];

    #[test]
    fn what_is_packed_comes_out() {
        for seen in TIMES {
            for time in TIMES {
                for revision in [0, 1, u64::MAX] {
                    let head = Head { meta: Meta::new(Revision::new(revision), seen), time };
                    let mut value = [7; HEAD + 3];
                    value[..HEAD].copy_from_slice(&head.to_bytes());
                    assert_eq!(Head::split(&value), Ok((head, &[7; 3][..])));
                    assert_eq!(Head::split(&value[..HEAD]), Ok((head, &[][..])));
                }
            }
        }
    }

    #[test]
    fn what_was_never_packed_does_not_come_out() {
        for len in 0..HEAD {
            assert_eq!(Head::split(&[1; HEAD][..len]), Err(Unreadable::Damaged));
        }
        assert_eq!(Head::split(&[0; 64]), Err(Unreadable::Damaged));
        assert_eq!(Head::split(&[2]), Err(Unreadable::Newer(2)));
        assert_eq!(Head::split(&[0xff; 64]), Err(Unreadable::Newer(0xff)));
    }
}
