//! How much of the board's memory the firmware takes, from the sections of its file.

use std::fmt;
use std::fs;
use std::path::Path;

use super::board::Board;
use crate::failure::Failure;

/// Bytes of a firmware.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Sizes {
    /// Code and constants, and the first values of variables.
    pub(crate) flash: u64,
    /// Variables, without the stack.
    pub(crate) ram: u64,
}

/// Reads the sections of a firmware.
pub(crate) fn of(elf: &Path) -> Result<Sizes, Failure> {
    let unreadable = |why: &str| Failure::Step(format!("{}: {why}", elf.display()));
    let bytes = fs::read(elf).map_err(|error| unreadable(&error.to_string()))?;
    sections(&bytes).ok_or_else(|| unreadable("not a 32-bit little-endian ELF file"))
}

impl Sizes {
    /// Says what it comes to on a board.
    pub(crate) fn beside(self, board: &Board) -> impl fmt::Display {
        Beside(self, board.flash, board.ram)
    }
}

struct Beside(Sizes, u64, u64);

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |bytes: u64, aim: u64| {
            let verdict = if bytes <= aim { "within" } else { "above" };
            format!("{bytes:>6} bytes, {verdict} the aim of {} KiB", aim / 1024)
        };
        let Self(sizes, flash, ram) = self;
        writeln!(f, "flash {}", of(sizes.flash, *flash))?;
        write!(f, "RAM   {}, without the stack", of(sizes.ram, *ram))
    }
}

/// Sums up the sections that are loaded. The fields are those of the ELF specification.
fn sections(elf: &[u8]) -> Option<Sizes> {
    // 32 bits, little-endian.
    if elf.get(..6)? != b"\x7fELF\x01\x01" {
        return None;
    }
    let table = usize::try_from(word(elf, 32)?).ok()?;
    let (size, count) = (half(elf, 46)?, half(elf, 48)?);
    let mut sizes = Sizes { flash: 0, ram: 0 };
    for number in 0..count {
        let header = elf.get(table + number * size..)?;
        let (kind, flags, bytes) = (word(header, 4)?, word(header, 8)?, word(header, 20)?);
        let (no_bits, allocated, writable) = (kind == 8, flags & 2 != 0, flags & 1 != 0);
        if allocated && !no_bits {
            sizes.flash += u64::from(bytes);
        }
        if allocated && writable {
            sizes.ram += u64::from(bytes);
        }
    }
    Some(sizes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a header and these sections: kind, flags, size.
    fn elf(sections: &[(u32, u32, u32)]) -> Vec<u8> {
        let mut file = vec![0; 52];
        file[..6].copy_from_slice(b"\x7fELF\x01\x01");
        file[32..36].copy_from_slice(&52_u32.to_le_bytes());
        file[46..48].copy_from_slice(&40_u16.to_le_bytes());
        file[48..50].copy_from_slice(&u16::try_from(sections.len()).expect("few").to_le_bytes());
        for (kind, flags, size) in sections {
            let fields = [0, *kind, *flags, 0, 0, *size, 0, 0, 0, 0];
            file.extend(fields.into_iter().flat_map(u32::to_le_bytes));
        }
        file
    }

    #[test]
    fn code_is_in_flash_variables_in_ram_and_first_values_in_both() {
        let (text, data, bss, debug) = ((1, 6, 1000), (1, 3, 20), (8, 3, 300), (1, 0, 9999));
        let sizes = sections(&elf(&[text, data, bss, debug]));
        assert_eq!(sizes, Some(Sizes { flash: 1020, ram: 320 }));
    }

    #[test]
    fn what_is_no_such_file_is_not_read() {
        let whole = elf(&[(1, 6, 1000)]);
        for cut in 0..whole.len() - 16 {
            assert_eq!(sections(&whole[..cut]), None, "{cut} bytes");
        }
    }
}
