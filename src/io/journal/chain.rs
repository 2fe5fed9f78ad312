//! The hash chain: what is hashed, byte for byte. Pure; changing a byte here breaks every journal.
//!
//! - `digest` = SHA-256 of `salt` (16 bytes) followed by the payload's bytes as stored.
//! - `hash` = SHA-256 of, in this order: the 15 bytes `warroom.event.1`; `prev` (32 bytes, the hash
//!   of the entry before, zeros for the first); `seq` as a big-endian `u64`; the texts `incident`,
//!   `kind`, `happened_at`, `recorded_at`, `actor`, `origin`, `dedupe` as stored; `digest` (32 bytes).
//!   A text is one byte 0 where it is NULL, else one byte 1, its length in bytes as a big-endian
//!   `u64`, and its UTF-8 bytes.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::row::{Columns, Payload};

const PREFIX: &[u8] = b"warroom.event.1";

/// A SHA-256, shown and read as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Hash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let why = || format!("{}: not a head hash (64 hexadecimal digits, as exports print it)", text.trim());
        let digits: Vec<char> = text.trim().chars().collect();
        let values: Option<Vec<u32>> = digits.iter().map(|digit| digit.to_digit(16)).collect();
        let bytes: Vec<u8> = values
            .ok_or_else(why)?
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |a, b| a * 16 + *b as u8))
            .collect();
        if digits.len() != 64 {
            return Err(why());
        }
        bytes.try_into().map(Self).map_err(|_| why())
    }
}

/// What a payload is remembered by once it is erased. The salt goes with it, so that a short secret
/// cannot be guessed from its digest.
pub fn digest(payload: &Payload) -> Hash {
    Hash(Sha256::new().chain_update(payload.salt).chain_update(&payload.body).finalize().into())
}

/// The hash of entry `seq`.
pub fn hash(prev: Hash, seq: u64, columns: &Columns, digest: Hash) -> Hash {
    let mut sha = Sha256::new();
    sha.update(PREFIX);
    sha.update(prev.0);
    sha.update(seq.to_be_bytes());
    for text in columns.texts() {
        absorb(&mut sha, text);
    }
    sha.update(digest.0);
    Hash(sha.finalize().into())
}

fn absorb(sha: &mut Sha256, text: Option<&str>) {
    let Some(text) = text else {
        return sha.update([0]);
    };
    sha.update([1]);
    sha.update((text.len() as u64).to_be_bytes());
    sha.update(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(actor: &str, dedupe: Option<&str>) -> Columns {
        Columns {
            incident: Some("inc-2026-1121-checkout".into()),
            kind: "noted".into(),
            happened_at: None,
            recorded_at: "2026-11-21T03:14:07.250Z".into(),
            actor: actor.into(),
            origin: "human".into(),
            dedupe: dedupe.map(Into::into),
        }
    }

    /// Journals of the field were made with exactly these bytes.
    #[test]
    fn the_encoding_of_version_1_never_changes() {
        let payload = Payload { salt: [7; 16], body: r#"{"text":"x"}"#.into() };
        let digest = digest(&payload);
        let hash = hash(Hash([9; 32]), 42, &columns("ana", None), digest);
        assert_eq!(digest.to_string(), "ccbd2194fdbe38a64c293b6bdd9fec57a15a02a372945c516aeeb74ee4bf44ec");
        assert_eq!(hash.to_string(), "57b98dced4bfd0f132f1ed0b08bc9f690839c5b7e80894d6efca83f1a111f11a");
    }

    #[test]
    fn columns_cannot_lend_each_other_characters() {
        let of = |columns: &Columns| hash(Hash::default(), 1, columns, Hash::default());
        assert_ne!(of(&columns("a", Some("bc"))), of(&columns("ab", Some("c"))));
        assert_ne!(of(&columns("a", Some(""))), of(&columns("a", None)));
    }

    #[test]
    fn a_hash_reads_back_what_it_shows_and_nothing_else() {
        let hash = Hash([0xab; 32]);
        assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
        for wrong in ["", "abc", &"g".repeat(64), &"a".repeat(63), &"a".repeat(66), "é"] {
            assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
        }
    }
}
