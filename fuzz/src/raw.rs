//! The bytes of a value as they are, whatever their type was.

use std::fmt;

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Reads as any value and writes the same bytes: postcard writes nothing around the elements of a tuple.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Raw(pub(crate) Vec<u8>);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tuple = serializer.serialize_tuple(self.0.len())?;
        for byte in &self.0 {
            tuple.serialize_element(byte)?;
        }
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // More elements than there can be: it reads until the bytes end.
        deserializer.deserialize_tuple(usize::MAX, Elements)
    }
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Raw, A::Error> {
        let mut bytes = Vec::new();
        while let Ok(Some(byte)) = elements.next_element() {
            bytes.push(byte);
        }
        Ok(Raw(bytes))
    }
}
