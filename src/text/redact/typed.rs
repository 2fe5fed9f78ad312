//! Values that a person typed as secret, in the forms in which they leak.

use std::collections::BTreeSet;

use regex::Regex;

use super::Hit;

pub(super) const NAME: &str = "typed";
/// Shorter values are masked as words only: they would blank out half the text.
const SHORT: usize = 4;
/// Base64 forms shorter than this match by chance.
const SHORT_BASE64: usize = 6;

#[derive(Debug, Clone)]
pub(super) struct Typed(Regex);

impl Typed {
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut forms = BTreeSet::new();
        for line in secrets.into_iter().flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()) {
            forms.extend(self::forms(line));
        }
        let mut patterns: Vec<String> = forms.into_iter().collect();
        // The longest first: the first alternative that matches wins.
        patterns.sort_by_key(|pattern| usize::MAX - pattern.len());
        if patterns.is_empty() { None } else { Regex::new(&patterns.join("|")).ok().map(Self) }
    }

    pub fn hits(&self, text: &str) -> impl Iterator<Item = Hit> {
        self.0.find_iter(text).map(|found| Hit { range: found.range(), rule: NAME })
    }
}

/// Patterns of every form of one value.
fn forms(value: &str) -> Vec<String> {
    if value.chars().count() < SHORT {
        return vec![format!(r"(?:\b|^){}(?:\b|$)", regex::escape(value))];
    }
    let mut forms = vec![value.to_owned(), value.replace('\'', r"'\''"), backslashed(value)];
    // Writers of JSON differ in what they escape beyond the needed.
    forms.extend([json(value), json(value).replace('/', "\\/"), ascii_json(value)]);
    forms.extend([url(value, false), url(value, true), url(value, false).replace("%20", "+")]);
    forms.extend(base64(value.as_bytes()).into_iter().filter(|form| form.len() >= SHORT_BASE64));
    forms.iter().map(|form| regex::escape(form)).collect()
}

/// As `printf %q` writes it: a backslash before each sign.
fn backslashed(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./:@%+=,".contains(c);
    value.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// JSON in which everything beyond ASCII is spelled out.
fn ascii_json(value: &str) -> String {
    let spelled = |c: char| {
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>()
    };
    json(value).chars().map(|c| if c.is_ascii() { c.to_string() } else { spelled(c) }).collect()
}

fn json(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"")
}

fn url(value: &str, lower: bool) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            byte if lower => out.extend(['%', digit(byte >> 4), digit(byte & 15)]),
            byte => out.extend(['%', digit(byte >> 4), digit(byte & 15)].map(|c| c.to_ascii_uppercase())),
        }
    }
    out
}

fn digit(four: u8) -> char {
    char::from_digit(u32::from(four), 16).unwrap_or('0')
}

/// The base64 of a value wherever it starts inside a longer text: for each of the three alignments,
/// the characters that depend on nothing but the value. Both alphabets.
fn base64(value: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for shift in 0..3 {
        let mut shifted = vec![0; shift];
        shifted.extend_from_slice(value);
        let text = encode(&shifted);
        let from = (shift * 8).div_ceil(6);
        let to = shifted.len() * 8 / 6;
        let sure = text.get(from..to).unwrap_or_default().to_owned();
        forms.push(sure.replace('+', "-").replace('/', "_"));
        forms.push(sure);
    }
    forms
}

fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let six = (group >> (18 - 6 * place)) & 63;
            out.push(char::from(ALPHABET[six as usize]));
        }
    }
    out
}
