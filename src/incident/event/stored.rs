//! Reading an event's kind and data straight from the stored text, without a tree of values in between.

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{DeserializeSeed, MapAccess};
use serde_json::{Deserializer, Error, Value};

use super::EventKind;

impl EventKind {
    /// Reads the text of what [`encode`](Self::encode) gave, as [`decode`](Self::decode) does. Text that is no
    /// JSON any more is kept as a text of an unknown kind.
    pub fn read(kind: &str, data: &str) -> Self {
        let stored = Stored { kind: Some(kind), data: Some(data).filter(|data| *data != "null") };
        Self::deserialize(MapAccessDeserializer::new(stored)).unwrap_or_else(|_| {
            match serde_json::from_str(data) {
                Ok(data) => Self::decode(kind, data),
                Err(_) => Self::Unknown { kind: kind.to_owned(), data: Value::from(data) },
            }
        })
    }
}

/// The two fields that an event is tagged by, each handed out once.
struct Stored<'a> {
    kind: Option<&'a str>,
    data: Option<&'a str>,
}

impl<'de> MapAccess<'de> for Stored<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let key = match self {
            Self { kind: Some(_), .. } => "kind",
            Self { data: Some(_), .. } => "data",
            _ => return Ok(None),
        };
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if let Some(kind) = self.kind.take() {
            return seed.deserialize(BorrowedStrDeserializer::new(kind));
        }
        let mut data = Deserializer::from_str(self.data.take().unwrap_or("null"));
        let value = seed.deserialize(&mut data)?;
        data.end().map(|()| value)
    }
}
