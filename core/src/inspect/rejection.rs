//! Rejection: why bytes say nothing.

use core::fmt;

/// Why a token does not verify, or a record cannot be read.
///
/// It tells apart what an exchange does not: a [`Verdict`](crate::Verdict) is what a stranger may learn, this is for those
/// who have the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// No token of this form has this many characters, or the scratch memory is too short for them.
    Length {
        /// Characters of the value.
        chars: usize,
    },
    /// Not base64url without padding, in its one spelling.
    Alphabet,
    /// The first byte is that of no token that is read here: another transport's, or a newer release's.
    Form {
        /// The byte.
        form: u8,
    },
    /// No key of the ring has the id that the token claims.
    Key {
        /// The id.
        id: u8,
    },
    /// The tag is not that of these bytes for this cookie name, audience and epoch under the key with this id.
    Tag,
    /// A record of a newer release.
    NewerVersion {
        /// Its version byte.
        version: u8,
    },
    /// What it says is nothing that any release writes.
    Contents,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { chars } => write!(f, "no such token has {chars} characters"),
            Self::Alphabet => {
                f.write_str("it is not base64url without padding, in its one spelling")
            }
            Self::Form { form } => write!(f, "no token that is read here has the form {form:#04x}"),
            Self::Key { id } => write!(f, "no key has the id {id}"),
            Self::Tag => f.write_str(
                "the tag is wrong: changed bytes, or another key, cookie name, audience or epoch",
            ),
            Self::NewerVersion { version } => {
                write!(f, "the record has version {version}, which is newer than this")
            }
            Self::Contents => f.write_str("what it says is nothing that any release writes"),
        }
    }
}

impl core::error::Error for Rejection {}
