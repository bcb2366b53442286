//! How much of the board's memory the firmware takes, from the sections of its file.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// The largest that it may get: half of the board's flash, and three quarters of its RAM.
pub(crate) const FLASH: u64 = 128 * 1024;
pub(crate) const RAM: u64 = 48 * 1024;

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

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |bytes: u64, aim: u64| {
            let verdict = if bytes <= aim { "within" } else { "above" };
            format!("{bytes:>6} bytes, {verdict} the aim of {} KiB", aim / 1024)
        };
        writeln!(f, "flash {}", of(self.flash, FLASH))?;
        write!(f, "RAM   {}, without the stack", of(self.ram, RAM))
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
