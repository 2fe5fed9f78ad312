//! A typed word laid over a name, letter by letter in order: `hlat` over `high-latency`.

/// Shares of a letter's worth, in hundredths: where it goes on from the letter before, where it begins a word
/// of the name, and anywhere else. The first letter loses less anywhere: `lication` of `replication` is one
/// piece after all.
const NEXT: u32 = 100;
const INITIAL: u32 = 90;
const ELSEWHERE: u32 = 20;
const FIRST_ELSEWHERE: u32 = 50;

/// Below this share of the best there can be, the letters only happen to be there.
const LEAST: u32 = 75;

/// A short text to be looked through: lower case, its words' beginnings known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Name {
    letters: Vec<char>,
    begins: Vec<bool>,
}

/// How well a word fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    /// 75 to 100, and up to 10 more the more of the name the word is.
    pub score: u32,
    /// Places of its letters in the name, counted in characters.
    pub marks: Vec<usize>,
}

/// What one letter of the word, on one letter of the name, makes of all letters up to it.
#[derive(Debug, Clone, Copy)]
struct Cell {
    score: u32,
    /// Where the letter of the word before lies.
    before: usize,
}

impl Name {
    pub fn new(text: &str) -> Self {
        let mut name = Self::default();
        let mut last = ' ';
        for c in text.chars() {
            let hump = c.is_uppercase() && !last.is_uppercase();
            let digit = c.is_ascii_digit() && !last.is_ascii_digit();
            name.begins.push(c.is_alphanumeric() && (!last.is_alphanumeric() || hump || digit));
            name.letters.push(lower(c));
            last = c;
        }
        name
    }

    /// Lays a word over the name in the best way there is; `None` where it does not fit well.
    pub fn fit(&self, word: &[char]) -> Option<Fit> {
        if word.is_empty() || !self.holds(word) {
            return None;
        }
        let mut rows: Vec<Vec<Option<Cell>>> = Vec::with_capacity(word.len());
        for letter in word {
            let row = self.row(*letter, rows.last());
            rows.push(row);
        }
        let (at, cell) = best(rows.last()?)?;
        let share = cell.score / u32::try_from(word.len()).unwrap_or(u32::MAX);
        if share < LEAST {
            return None;
        }
        let covers = word.len() * 10 / self.letters.len();
        Some(Fit { score: share + u32::try_from(covers).unwrap_or(0), marks: trace(&rows, at) })
    }

    /// Whether the letters are there at all, in order.
    fn holds(&self, word: &[char]) -> bool {
        let mut letters = self.letters.iter();
        word.iter().all(|wanted| letters.any(|letter| letter == wanted))
    }

    fn row(&self, letter: char, above: Option<&Vec<Option<Cell>>>) -> Vec<Option<Cell>> {
        let mut farther: Option<(usize, u32)> = None;
        let mut row = Vec::with_capacity(self.letters.len());
        for (at, own) in self.letters.iter().enumerate() {
            let here = *own == letter;
            row.push(match above {
                None => here.then(|| Cell { score: self.first(at), before: at }),
                Some(above) => {
                    let next =
                        at.checked_sub(1).and_then(|before| Some((before, above[before]?.score + NEXT)));
                    let jump = farther.map(|(before, score)| (before, score + self.jump(at)));
                    let step = [next, jump].into_iter().flatten().max_by_key(|(_, score)| *score);
                    // What lies just before may be jumped from later on.
                    if let Some(cell) = at.checked_sub(1).and_then(|before| above[before])
                        && farther.is_none_or(|(_, score)| cell.score > score)
                    {
                        farther = Some((at - 1, cell.score));
                    }
                    step.filter(|_| here).map(|(before, score)| Cell { score, before })
                }
            });
        }
        row
    }

    fn first(&self, at: usize) -> u32 {
        if self.begins[at] { NEXT } else { FIRST_ELSEWHERE }
    }

    fn jump(&self, at: usize) -> u32 {
        if self.begins[at] { INITIAL } else { ELSEWHERE }
    }
}

fn best(row: &[Option<Cell>]) -> Option<(usize, Cell)> {
    let cells = row.iter().enumerate().filter_map(|(at, cell)| Some((at, (*cell)?)));
    // The first of equals.
    cells.rev().max_by_key(|(_, cell)| cell.score)
}

fn trace(rows: &[Vec<Option<Cell>>], last: usize) -> Vec<usize> {
    let mut marks = vec![last];
    let mut at = last;
    for row in rows.iter().skip(1).rev() {
        let Some(cell) = row[at] else { break };
        at = cell.before;
        marks.push(at);
    }
    marks.reverse();
    marks
}

/// A character in lower case, still one.
pub(super) fn lower(c: char) -> char {
    let mut small = c.to_lowercase();
    match (small.next(), small.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
