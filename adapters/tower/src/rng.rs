//! The system's random number generator. Unit tests can make it fail.

#[cfg(not(test))]
pub(crate) use getrandom::SysRng;

#[cfg(test)]
pub(crate) use tests::Faulty as SysRng;

#[cfg(test)]
mod tests;
