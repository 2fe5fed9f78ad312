//! Which buckets were measured: one bit a bucket, with a running count before every 64.
//!
//! Never holds counts; a bucket without its bit is a gap, not a zero.

use std::collections::VecDeque;

const BITS: i64 = 64;

#[derive(Debug, Clone, Copy, Default)]
struct Word {
    bits: u64,
    /// Measured buckets in the words before this one.
    before: u32,
}

/// A bit for every bucket number it has reached.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    first: i64,
    /// Measured buckets in the words that were dropped: counts go on, whatever is forgotten.
    dropped: u32,
    words: VecDeque<Word>,
}

impl Measured {
    /// Nothing measured, with room for that many buckets.
    pub fn with_capacity(buckets: i64) -> Self {
        let words = usize::try_from(buckets / BITS).unwrap_or(0) + 2;
        Self { first: 0, dropped: 0, words: VecDeque::with_capacity(words) }
    }

    /// Sets or clears the bits of consecutive buckets, the first one being `index`.
    pub fn set(&mut self, index: i64, measured: impl Iterator<Item = bool>) {
        for (index, measured) in (index..).zip(measured) {
            self.set_one(index, measured);
        }
        self.renumber();
    }

    pub fn get(&self, index: i64) -> bool {
        self.word(index).is_some_and(|word| word.bits & mask(index) != 0)
    }

    /// How many buckets before `index` were measured since the first one ever known.
    pub fn before(&self, index: i64) -> u32 {
        if let Some(word) = self.word(index) {
            return word.before + (word.bits & (mask(index) - 1)).count_ones();
        }
        let Some(last) = self.words.back() else { return self.dropped };
        if index.div_euclid(BITS) < self.first { self.dropped } else { last.before + last.bits.count_ones() }
    }

    /// Forgets the buckets from `index` on.
    pub fn cut(&mut self, index: i64) {
        let words = index.div_euclid(BITS) - self.first;
        self.words.truncate(usize::try_from(words + 1).unwrap_or(0));
        if let Some(word) = usize::try_from(words).ok().and_then(|at| self.words.get_mut(at)) {
            word.bits &= mask(index) - 1;
        }
    }

    /// Forgets the words that lie wholly before `index`.
    pub fn drop_before(&mut self, index: i64) {
        while self.first < index.div_euclid(BITS) {
            let Some(word) = self.words.pop_front() else { return };
            self.dropped += word.bits.count_ones();
            self.first += 1;
        }
    }

    pub fn heap_bytes(&self) -> usize {
        self.words.capacity() * size_of::<Word>()
    }

    fn word(&self, index: i64) -> Option<&Word> {
        usize::try_from(index.div_euclid(BITS) - self.first).ok().and_then(|at| self.words.get(at))
    }

    fn set_one(&mut self, index: i64, measured: bool) {
        self.reach(index.div_euclid(BITS));
        let at = usize::try_from(index.div_euclid(BITS) - self.first).unwrap_or(0);
        let Some(word) = self.words.get_mut(at) else { return };
        if measured {
            word.bits |= mask(index);
        } else {
            word.bits &= !mask(index);
        }
    }

    fn reach(&mut self, word: i64) {
        if self.words.is_empty() {
            self.first = word;
        }
        while word < self.first {
            self.words.push_front(Word::default());
            self.first -= 1;
        }
        while word >= self.first + (self.words.len() as u64).cast_signed() {
            self.words.push_back(Word::default());
        }
    }

    fn renumber(&mut self) {
        let mut before = self.dropped;
        for word in &mut self.words {
            word.before = before;
            before += word.bits.count_ones();
        }
    }
}

fn mask(index: i64) -> u64 {
    1 << index.rem_euclid(BITS)
}
