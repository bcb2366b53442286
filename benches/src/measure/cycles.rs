//! Cycles of user mode, from the processor's own counter.
//!
//! Many virtual machines have none, and some hosts do not let everybody read it; then there is no [`Cycles`].

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use counter::Cycles;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
pub(crate) use none::Cycles;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod counter {
    use perf_event::events::Hardware;
    use perf_event::{Builder, Counter};

    pub(crate) struct Cycles(Counter);

    impl Cycles {
        pub(crate) fn new() -> Option<Self> {
            let mut counter = Builder::new(Hardware::CPU_CYCLES).build().ok()?;
            counter.enable().ok()?;
            Some(Self(counter))
        }

        pub(crate) fn start(&mut self) {
            self.0.reset().expect("an open counter can be reset");
        }

        pub(crate) fn stop(&mut self) -> u64 {
            self.0.read().expect("an open counter can be read")
        }
    }
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod none {
    pub(crate) struct Cycles;

    impl Cycles {
        pub(crate) const fn new() -> Option<Self> {
            None
        }

        pub(crate) fn start(&mut self) {}

        pub(crate) fn stop(&mut self) -> u64 {
            0
        }
    }
}
