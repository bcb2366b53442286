//! What the probe knows of the world: the input that an optimiser cannot foresee, and the output that it cannot leave out.

use core::convert::Infallible;
use core::time::Duration;

use rand_core::{TryCryptoRng, TryRng};
use sansession::{Config, Key, KeyRing, Timestamp};

/// Input to be used up, and output to be stirred.
pub(crate) struct World<'a> {
    pub(crate) input: &'a [u8],
    pub(crate) output: &'a mut [u8],
}

impl World<'_> {
    pub(crate) fn byte(&mut self) -> u8 {
        match self.input {
            [first, rest @ ..] => {
                self.input = rest;
                *first
            }
            [] => 0,
        }
    }

    pub(crate) fn bytes(&mut self) -> &[u8] {
        let len = usize::from(self.byte());
        let (head, tail) = self.input.split_at_checked(len).unwrap_or((self.input, &[]));
        self.input = tail;
        head
    }

    pub(crate) fn text(&mut self) -> &str {
        core::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    pub(crate) fn number(&mut self) -> u64 {
        u64::from(self.byte()) << (self.byte() & 63)
    }

    pub(crate) fn tell(&mut self, byte: u8) {
        for place in self.output.iter_mut() {
            *place = place.rotate_left(1) ^ byte;
        }
    }
}

impl core::fmt::Write for World<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            self.tell(byte);
        }
        Ok(())
    }
}

impl TryRng for World<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from(self.byte()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.byte()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for place in bytes {
            *place = self.byte();
        }
        Ok(())
    }
}

impl TryCryptoRng for World<'_> {}

impl World<'_> {
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) {
        for place in buffer {
            *place = self.byte();
        }
    }

    pub(crate) fn time(&mut self) -> Timestamp {
        Timestamp::from_millis(self.number())
    }

    pub(crate) fn config(&mut self) -> Config {
        let world = self;
        let config = Config::new();
        #[cfg(feature = "sealed")]
        let config = if world.byte() == 0 { config } else { config.sealed_records() };
        config
            .idle(Duration::from_millis(world.number()))
            .absolute(Duration::from_millis(world.number()))
            .renew(Duration::from_millis(world.number()), Duration::from_millis(world.number()))
            .touch_share(world.byte())
            .skew(Duration::from_millis(world.number()))
            .retries(world.byte())
            .sweep_share(u16::from(world.byte()))
            .epoch(u32::from(world.byte()))
    }

    pub(crate) fn ring(&mut self) -> Option<KeyRing> {
        let world = self;
        let older = Key::new(world.byte(), world.bytes()).ok()?;
        KeyRing::new(Key::new(world.byte(), world.bytes()).ok()?).and_older(older).ok()
    }
}
