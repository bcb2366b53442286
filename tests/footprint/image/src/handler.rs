//! The handler, its randomness, and the line of a cookie.

use core::convert::Infallible;
use core::fmt;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{Active, Key, KeyRing, Slot, Timestamp};

/// What a device's clock says.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// Reads one value and writes another.
pub(crate) const WORK: u8 = 0;
/// Logs in and writes two values.
pub(crate) const LOGIN: u8 = 1;
const LOGOUT: u8 = 2;

/// What the handler does. What does not fit is not written.
pub(crate) fn operate(active: &mut Active<&mut Slot>, operation: u8) -> Option<()> {
    match operation {
        WORK => {
            let count: u32 = active.get("count").ok()??;
            active.insert("count", &count.wrapping_add(1)).ok()?;
        }
        LOGIN => {
            active.login("ada").ok()?;
            active.insert("count", &1_u32).ok()?;
            active.insert_str("colour", "blue").ok()?;
        }
        LOGOUT => active.invalidate(),
        #[cfg(feature = "whole")]
        operation => whole(active, operation)?,
        #[cfg(not(feature = "whole"))]
        _ => {}
    }
    Some(())
}

#[cfg(feature = "whole")]
fn whole(active: &mut Active<&mut Slot>, operation: u8) -> Option<()> {
    use core::time::Duration;

    use crate::world::send;
    match operation {
        3 => active.flash_str("notice", "saved").ok()?,
        4 => send(active.flashed::<&str>("notice").ok()??.as_bytes()),
        5 => drop(active.keep("notice")),
        6 => drop(active.reflash()),
        7 => active.flash_now("notice", &1_u8).ok()?,
        8 => drop(active.discard("notice")),
        9 => active.regenerate(),
        10 => active.clear(),
        11 => drop(active.remove("count")),
        12 => active.keys().for_each(|key| send(key.as_bytes())),
        13 => active.flash_keys().for_each(|key| send(key.as_bytes())),
        14 => active.set_lifetime(Duration::from_secs(60), Duration::from_secs(600)).ok()?,
        _ => send(active.principal()?.as_bytes()),
    }
    Some(())
}

pub(crate) fn ring() -> Option<KeyRing> {
    Some(KeyRing::new(Key::new(1, &crate::world::bytes::<36>().map(tweaked())).ok()?))
}

/// Keys whose bytes are all the same are refused.
fn tweaked() -> impl FnMut(u8) -> u8 {
    let mut count = 0_u8;
    move |byte| {
        count = count.wrapping_add(1);
        byte ^ count
    }
}

/// What stands in for a device's own generator.
pub(crate) struct Random(pub(crate) u32);

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Ok(self.0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.try_next_u32()?))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            *byte = self.try_next_u32()?.to_be_bytes()[0];
        }
        Ok(())
    }
}

impl TryCryptoRng for Random {}

/// The text of a header, cut off where its memory ends.
pub(crate) struct Line<const N: usize> {
    text: [u8; N],
    len: usize,
}

impl<const N: usize> Line<N> {
    pub(crate) const fn new() -> Self {
        Self { text: [0; N], len: 0 }
    }

    pub(crate) fn set(&mut self, header: &impl fmt::Display) {
        self.len = 0;
        let _ = fmt::write(self, format_args!("{header}"));
        crate::world::send(self.all());
    }

    fn all(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }

    /// What a browser sends back of a `Set-Cookie`.
    pub(crate) fn cookie(&self) -> &[u8] {
        self.all().split(|byte| *byte == b';').next().unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for Line<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let place = self.text.get_mut(self.len..).unwrap_or_default();
        for (place, byte) in place.iter_mut().zip(text.bytes()) {
            *place = byte;
            self.len = self.len.saturating_add(1);
        }
        Ok(())
    }
}
