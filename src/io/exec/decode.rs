//! Bytes in pieces to text: a character cut in two waits for its rest, what is no UTF-8 is spelled out.

use crate::text::safe;

/// The end of the last piece that may be the begin of a character: at most three bytes.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    waiting: Vec<u8>,
}

impl Decoder {
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.waiting.extend_from_slice(bytes);
        let whole = self.waiting.len() - unfinished(&self.waiting);
        let rest = self.waiting.split_off(whole);
        let ready = std::mem::replace(&mut self.waiting, rest);
        safe::decode(&ready).into_owned()
    }

    pub fn finish(&mut self) -> String {
        safe::decode(&std::mem::take(&mut self.waiting)).into_owned()
    }
}

/// How many bytes at the end are the begin of a character that more bytes could complete.
fn unfinished(bytes: &[u8]) -> usize {
    let near_end = bytes.iter().rev().take(3).enumerate();
    for (behind, byte) in near_end {
        let wanted = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        return if behind + 1 < wanted { behind + 1 } else { 0 };
    }
    0
}
