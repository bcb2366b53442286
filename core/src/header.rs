//! Reads the `Cookie` request header.
//!
//! In: the raw bytes of one header line. Out: the values of the pairs whose name is exactly the one asked for. It
//! decodes nothing and trusts nothing: what a value means is for the token codec to say.

/// Name-value pairs read of one request; more are ignored.
pub(crate) const MAX_PAIRS: usize = 256;
/// Bytes read of one request's `Cookie` headers; more are ignored.
pub(crate) const MAX_BYTES: usize = 32 * 1024;

/// What is still to be read of one request, over all its `Cookie` lines.
pub(crate) struct Budget {
    pairs: usize,
    bytes: usize,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self { pairs: MAX_PAIRS, bytes: MAX_BYTES }
    }

    /// The values of the cookies called `name` in one header line, in order.
    ///
    /// RFC 6265bis 5.8.3 has browsers join pairs with "; ". Servers also meet lines without the space and with tabs,
    /// and HTTP/2 splits the pairs over several lines (RFC 9113, 8.2.3), so only `;` separates here. The first `=`
    /// ends the name (5.6.2: "the name string consists of the characters up to, but not including, the first `=`"). Nothing is
    /// percent-decoded, and quotes are part of a value: one name, one spelling.
    pub(crate) fn values<'h>(
        &mut self,
        line: &'h [u8],
        name: &str,
    ) -> impl Iterator<Item = &'h [u8]> {
        let line = line.get(..self.bytes).unwrap_or(line);
        self.bytes = self.bytes.saturating_sub(line.len());
        split(line).take_while(|_| self.take_pair()).filter_map(move |pair| {
            // No cookie name has an `=` in it, so the one behind the name is the first.
            let value = trim(pair).strip_prefix(name.as_bytes())?;
            trim(value).strip_prefix(b"=").map(trim)
        })
    }

    fn take_pair(&mut self) -> bool {
        match self.pairs.checked_sub(1) {
            Some(left) => {
                self.pairs = left;
                true
            }
            None => false,
        }
    }
}

/// The stretches between the semicolons of a line.
fn split(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line);
    core::iter::from_fn(move || {
        let line = rest?;
        let (pair, more) = match semicolon(line).and_then(|at| line.split_at_checked(at)) {
            Some((pair, more)) => (pair, more.get(1..)),
            None => (line, None),
        };
        rest = more;
        Some(pair)
    })
}

/// Where the first semicolon is. A carried session is a pair of some thousand bytes without one, so they are looked at
/// block by block, which compilers turn into vector instructions.
fn semicolon(line: &[u8]) -> Option<usize> {
    let (blocks, _) = line.as_chunks::<32>();
    let has_none = |block: &&[u8; 32]| {
        block.iter().fold(0, |found, byte| found | u8::from(*byte == b';')) == 0
    };
    let before = blocks.iter().take_while(has_none).count().saturating_mul(32);
    let at = line.get(before..)?.iter().position(|byte| *byte == b';')?;
    before.checked_add(at)
}

/// Takes off the white space that RFC 6265bis 5.6 allows around names and values: spaces and tabs.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests;
