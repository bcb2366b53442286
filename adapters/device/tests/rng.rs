//! Randomness out of sources that are good, weak, broken or away (promise I1).

use core::fmt;
use std::collections::BTreeSet;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession_device::{DeviceRng, EntropyError};

/// An error that is nothing but a driver's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct NotReady;

/// A source that has two things to say, one after the other.
fn weak() -> impl FnMut(&mut [u8]) -> Result<(), NotReady> {
    let mut calls = 0_u8;
    move |bytes| {
        calls = calls.wrapping_add(1);
        bytes.fill(7);
        bytes[0] = calls % 2;
        Ok(())
    }
}

fn draw<R: TryCryptoRng>(rng: &mut R) -> [u8; 32]
where
    R::Error: fmt::Debug,
{
    let mut id = [0; 32];
    rng.try_fill_bytes(&mut id).expect("there is entropy");
    id
}

// promise: I1
#[test]
fn a_weak_source_never_repeats_an_id() {
    let mut rng = DeviceRng::new(weak(), b"boot 1", b"device 1").expect("there is entropy");
    let ids: BTreeSet<_> = (0..2000).map(|_| draw(&mut rng)).collect();
    assert_eq!(ids.len(), 2000);
}

// promise: I1
#[test]
fn a_source_that_repeats_itself_at_each_boot_gives_other_ids_for_another_nonce_or_device() {
    let boot = |nonce: &[u8], device: &[u8]| {
        let mut rng = DeviceRng::new(weak(), nonce, device).expect("there is entropy");
        draw(&mut rng)
    };
    let ids =
        [boot(b"boot 1", b"device 1"), boot(b"boot 2", b"device 1"), boot(b"boot 1", b"device 2")];
    assert_eq!(BTreeSet::from(ids).len(), 3);
    assert_eq!(boot(b"boot 1", b"device 1"), ids[0], "the same inputs give the same bytes");
}

// promise: I1
#[test]
fn each_draw_takes_fresh_entropy() {
    // Two sources that differ once, in the draw before the last.
    let source = |odd: u8| {
        let mut calls = 0_u8;
        move |bytes: &mut [u8]| {
            calls += 1;
            bytes.fill(calls);
            bytes[0] = 0;
            bytes[1] = if calls == 4 { odd } else { 0 };
            Ok::<_, NotReady>(())
        }
    };
    let mut rngs = [1, 2].map(|odd| DeviceRng::new(source(odd), b"", b"").expect("entropy"));
    let mut same = || {
        let [first, second] = &mut rngs;
        draw(first) == draw(second)
    };
    assert_eq!([same(), same(), same(), same()], [true, true, false, false]);
}

// promise: I1
#[test]
fn a_source_that_fails_is_an_error_and_draws_nothing() {
    let mut left = 2;
    let source = |bytes: &mut [u8]| {
        bytes.fill(7);
        bytes[0] = left;
        left = left.checked_sub(1).ok_or(NotReady)?;
        Ok(())
    };
    let mut rng = DeviceRng::new(source, b"", b"").expect("there is entropy");
    draw(&mut rng);
    let mut id = [1; 32];
    assert_eq!(rng.try_fill_bytes(&mut id), Err(EntropyError::Source(NotReady)));
    assert_eq!(id, [0; 32]);
    assert_eq!(rng.try_next_u32(), Err(EntropyError::Source(NotReady)));
    assert_eq!(rng.try_next_u64(), Err(EntropyError::Source(NotReady)));
    let away = DeviceRng::new(|_: &mut [u8]| Err(NotReady), b"", b"");
    assert_eq!(away.err(), Some(EntropyError::Source(NotReady)));
}

// promise: I1
#[test]
fn a_source_that_is_stuck_is_an_error() {
    for stuck in [0, 0x55, 0xff] {
        let source = |bytes: &mut [u8]| {
            bytes.fill(stuck);
            Ok::<_, NotReady>(())
        };
        assert_eq!(DeviceRng::new(source, b"", b"").err(), Some(EntropyError::Stuck));
    }
    // One that gives the same bytes again and again.
    let source = |bytes: &mut [u8]| {
        bytes.iter_mut().zip(0..).for_each(|(byte, number)| *byte = number);
        Ok::<_, NotReady>(())
    };
    let mut rng = DeviceRng::new(source, b"", b"").expect("it looks like entropy once");
    assert_eq!(rng.try_fill_bytes(&mut [0; 32]), Err(EntropyError::Stuck));
}

// promise: I1
#[test]
fn a_long_draw_is_fed_in_between() {
    let mut calls = 0_u8;
    let source = |bytes: &mut [u8]| {
        calls += 1;
        bytes.fill(7);
        bytes[0] = calls;
        Ok::<_, NotReady>(())
    };
    let mut rng = DeviceRng::new(source, b"", b"").expect("there is entropy");
    rng.try_fill_bytes(&mut vec![0; (1 << 16) + 1]).expect("there is entropy");
    drop(rng);
    assert_eq!(calls, 3, "one for the seed, one for each part");
}

// promise: I6
#[test]
fn debug_and_errors_show_no_state() {
    let rng = DeviceRng::new(weak(), b"", b"").expect("there is entropy");
    assert_eq!(format!("{rng:?}"), "DeviceRng { .. }");
    assert_eq!(EntropyError::Source(NotReady).to_string(), "the entropy source failed");
    assert_eq!(EntropyError::<NotReady>::Stuck.to_string(), "the entropy source is stuck");
}
