//! Digests as people and files carry them: SHA-256 in lower-case hex.

use sha2::{Digest, Sha256};

/// SHA-256 of some bytes, 64 hex digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hex, two digits each.
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|four| char::from_digit(u32::from(four), 16)).collect()
}
