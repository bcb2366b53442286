//! A second reader and writer of record v1, from the docs of the core, and a reader of what is clear in a sealed one. It shares
//! no code with the core.
//!
//! It reads as leniently as it can and then writes what it has read: bytes that come out different had another form
//! than the one that there is.

use std::collections::BTreeMap;

/// A record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    pub(crate) regenerates: u32,
    /// Times and spans in milliseconds.
    pub(crate) created: u64,
    pub(crate) deadline: u64,
    pub(crate) idle: u64,
    pub(crate) minted: u64,
    pub(crate) own_lifetime: bool,
    pub(crate) current: [u8; 16],
    /// The verifier before, and the end of its grace if that is set.
    pub(crate) previous: Option<([u8; 16], Option<u64>)>,
    pub(crate) principal: Option<String>,
    pub(crate) data: BTreeMap<String, Vec<u8>>,
    /// With the revision that set each.
    pub(crate) flash: BTreeMap<String, (u64, Vec<u8>)>,
}

/// Why bytes are no record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unreadable {
    Corrupt,
    /// It is sealed; [`Record::told`] says what is in the clear.
    Sealed,
    Newer(u8),
}

impl Record {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        match bytes.first() {
            Some(version @ 3..) => Err(Unreadable::Newer(*version)),
            Some(2) if Self::clear(bytes).is_some() => Err(Unreadable::Sealed),
            Some(1) => {
                let record = Self::parse(bytes).ok_or(Unreadable::Corrupt)?;
                if record.write() == bytes { Ok(record) } else { Err(Unreadable::Corrupt) }
            }
            _ => Err(Unreadable::Corrupt),
        }
    }

    /// What a record tells to who has no key: all, or what a sealed one has in the clear.
    pub(crate) fn told(bytes: &[u8]) -> Option<Self> {
        if bytes.first() == Some(&2) { Self::clear(bytes) } else { Self::read(bytes).ok() }
    }

    /// Header and principal of a sealed record, which are those of a record that has nothing else.
    fn clear(bytes: &[u8]) -> Option<Self> {
        let bound = bytes.get(1)? & 8 != 0;
        let principal =
            if bound { 4 + usize::try_from(number(bytes.get(70..72)?)).ok()? } else { 0 };
        let (clear, sealed) = bytes.split_at_checked(68 + principal)?;
        let mut clear = clear.to_vec();
        (clear[0], clear[1]) = (1, clear[1] & !8);
        let record = Self::parse(&clear).filter(|record| record.write() == clear)?;
        (sealed.len() >= 41 && record.principal.is_some() == bound).then_some(record)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (header, mut rest) = bytes.split_at_checked(68)?;
        let flags = header[1];
        let ends = (flags & 2 != 0).then(|| number(&header[30..36]));
        let mut record = Self {
            regenerates: u32::try_from(number(&header[2..6])).ok()?,
            created: number(&header[6..12]),
            deadline: number(&header[12..18]),
            idle: number(&header[18..24]),
            minted: number(&header[24..30]),
            own_lifetime: flags & 4 != 0,
            current: header[36..52].try_into().ok()?,
            previous: match flags & 1 {
                0 => None,
                _ => Some((header[52..68].try_into().ok()?, ends)),
            },
            principal: None,
            data: BTreeMap::new(),
            flash: BTreeMap::new(),
        };
        while !rest.is_empty() {
            let (&[kind, key_len, low, high], entry) = rest.split_first_chunk()?;
            let (key, entry) = entry.split_at_checked(usize::from(key_len))?;
            let value_len = usize::from(u16::from_le_bytes([low, high]));
            let (value, entry) = entry.split_at_checked(value_len)?;
            rest = entry;
            record.enter(kind, name(key), value)?;
        }
        Some(record)
    }

    fn enter(&mut self, kind: u8, key: Option<&str>, value: &[u8]) -> Option<()> {
        match (kind, key) {
            // An entry with a key here, or a second one, is found when it is written.
            (1, _) => self.principal = Some(name(value)?.to_owned()),
            (2, Some(key)) => drop(self.data.insert(key.to_owned(), value.to_vec())),
            (3, Some(key)) => {
                let (stamp, message) = value.split_first_chunk()?;
                let revision = u64::from_le_bytes(*stamp);
                self.flash.insert(key.to_owned(), (revision, message.to_vec()));
            }
            _ => return None,
        }
        Some(())
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let (previous, ends) = self.previous.map_or(([0; 16], None), |both| both);
        let flags = u8::from(self.previous.is_some())
            | u8::from(ends.is_some()) << 1
            | u8::from(self.own_lifetime) << 2;
        let mut bytes = vec![1, flags];
        bytes.extend(self.regenerates.to_le_bytes());
        for time in [self.created, self.deadline, self.idle, self.minted, ends.unwrap_or(0)] {
            bytes.extend(&time.to_le_bytes()[..6]);
        }
        bytes.extend(self.current);
        bytes.extend(previous);
        if let Some(principal) = &self.principal {
            entry(&mut bytes, 1, "", principal.as_bytes());
        }
        for (key, value) in &self.data {
            entry(&mut bytes, 2, key, value);
        }
        for (key, (revision, message)) in &self.flash {
            entry(&mut bytes, 3, key, &[&revision.to_le_bytes(), message.as_slice()].concat());
        }
        bytes
    }
}

fn entry(bytes: &mut Vec<u8>, kind: u8, key: &str, value: &[u8]) {
    let [value_low, value_high, ..] = value.len().to_le_bytes();
    let [key_len, ..] = key.len().to_le_bytes();
    bytes.extend([kind, key_len, value_low, value_high]);
    bytes.extend(key.as_bytes());
    bytes.extend(value);
}

/// Little-endian, of up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// 1 to 255 bytes of UTF-8.
fn name(bytes: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(bytes).ok()?;
    (1..=255).contains(&name.len()).then_some(name)
}
