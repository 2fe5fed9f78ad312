//! The paths a file names: every leaf of every `use`, and every `a::b` in the code itself.

use super::code::{closing, is_word, line_of, next_word, words};

/// One named path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Line where it ends, from 1.
    pub line: usize,
    /// Its names, as written: `["crate", "slo", "Reading"]`; `*` where everything is meant.
    pub names: Vec<String>,
    /// Names of the inline modules around it, outermost first.
    pub inside: Vec<String>,
}

impl Path {
    /// The path counted from the crate's root for a file that is the module `here`; `None` for paths into
    /// other crates and for names in scope.
    pub fn rooted(&self, here: &[&str]) -> Option<Vec<String>> {
        let up = self.names.iter().take_while(|name| *name == "super").count();
        let first = self.names.first()?.as_str();
        let module: Vec<String> =
            here.iter().map(|name| (*name).to_owned()).chain(self.inside.iter().cloned()).collect();
        match first {
            "crate" | "warroom" => Some(self.names[1..].to_vec()),
            "super" => {
                let kept = module.len().saturating_sub(up);
                Some([&module[..kept], &self.names[up..]].concat())
            }
            "self" => Some([&module[..], &self.names[1..]].concat()),
            _ => None,
        }
    }
}

/// Every path of at least two names in blanked code, and every name that a `use` brings in.
pub fn paths(code: &str) -> Vec<Path> {
    let modules = inline_modules(code);
    let mut reader = Reader { code, at: 0, found: Vec::new() };
    while let Some((start, word)) = next_word(code, reader.at) {
        reader.at = start;
        if word == "use" && !code[start + 3..].starts_with('<') {
            reader.at += 3;
            reader.tree(&[]);
        } else {
            reader.inline();
        }
    }
    let path = |(at, names): (usize, Vec<String>)| {
        let around = modules.iter().filter(|module| module.open < at && at < module.close);
        Path { line: line_of(code, at), names, inside: around.map(|module| module.name.clone()).collect() }
    };
    reader.found.into_iter().map(path).collect()
}

/// Reads paths; each one found is kept with the offset of its end.
struct Reader<'a> {
    code: &'a str,
    at: usize,
    found: Vec<(usize, Vec<String>)>,
}

impl Reader<'_> {
    /// `a::b::{c, d as e, f::*}`, below the names already read.
    fn tree(&mut self, above: &[String]) {
        let mut names = above.to_vec();
        loop {
            self.skip_space();
            if self.eat("{") {
                return self.branches(&names);
            }
            if self.eat("*") {
                names.push("*".to_owned());
                return self.keep(names);
            }
            if self.eat("::") {
                continue;
            }
            match self.word() {
                Some(word) => names.push(word),
                None => return,
            }
            if !self.code[self.at..].starts_with("::") {
                self.alias();
                return self.keep(names);
            }
        }
    }

    fn branches(&mut self, above: &[String]) {
        loop {
            self.skip_space();
            if self.at >= self.code.len() || self.eat("}") {
                return;
            }
            let before = self.at;
            self.tree(above);
            self.skip_space();
            self.eat(",");
            if self.at == before {
                return;
            }
        }
    }

    fn alias(&mut self) {
        let before = self.at;
        self.skip_space();
        if self.word().as_deref() == Some("as") {
            self.skip_space();
            self.word();
        } else {
            self.at = before;
        }
    }

    /// `a::b::c` where the code uses it.
    fn inline(&mut self) {
        let mut names = Vec::new();
        while let Some(word) = self.word() {
            names.push(word);
            let more = self.code[self.at..].strip_prefix("::").is_some_and(|rest| rest.starts_with(is_word));
            if !more {
                break;
            }
            self.at += 2;
        }
        if names.len() > 1 {
            self.keep(names);
        }
    }

    fn keep(&mut self, names: Vec<String>) {
        self.found.push((self.at, names));
    }

    fn skip_space(&mut self) {
        self.at = self.code.len() - self.code[self.at..].trim_start().len();
    }

    fn eat(&mut self, sign: &str) -> bool {
        let here = self.code[self.at..].starts_with(sign);
        self.at += if here { sign.len() } else { 0 };
        here
    }

    /// The word that begins exactly here.
    fn word(&mut self) -> Option<String> {
        let (start, word) = next_word(self.code, self.at)?;
        if start != self.at {
            return None;
        }
        self.at += word.len();
        Some(word.to_owned())
    }
}

struct InlineModule {
    name: String,
    open: usize,
    close: usize,
}

fn inline_modules(code: &str) -> Vec<InlineModule> {
    let module = |(at, _): (usize, &str)| {
        let (name_at, name) = next_word(code, at + 3)?;
        let behind = name_at + name.len();
        let open = behind + code[behind..].find(|c: char| !c.is_whitespace())?;
        let named = code[at + 3..name_at].trim().is_empty() && code[open..].starts_with('{');
        named.then(|| InlineModule { name: name.to_owned(), open, close: closing(code, open) })
    };
    words(code).filter(|(_, word)| *word == "mod").filter_map(module).collect()
}

#[cfg(test)]
mod tests {
    use super::{Path, paths};

    fn named(code: &str) -> Vec<String> {
        paths(code).into_iter().map(|path| path.names.join("::")).collect()
    }

    fn from_root(code: &str, here: &[&str]) -> Vec<Option<String>> {
        let join = |path: &Path| path.rooted(here).map(|names| names.join("::"));
        paths(code).iter().map(join).collect()
    }

    #[test]
    fn every_leaf_of_a_use_is_a_path() {
        let cases: [(&str, &[&str]); 6] = [
            ("use crate::slo;", &["crate::slo"]),
            ("pub use crate::slo::{Reading, self};", &["crate::slo::Reading", "crate::slo::self"]),
            (
                "use crate::{text::{when, Safe as Shown}, io::*};",
                &["crate::text::when", "crate::text::Safe", "crate::io::*"],
            ),
            ("use std::{fs, env};\nuse ::tokio;", &["std::fs", "std::env", "tokio"]),
            (
                "use crate::{\n    app,\n    tui::{\n        view,\n    },\n};",
                &["crate::app", "crate::tui::view"],
            ),
            ("fn f() -> impl Iterator<Item = u8> + use<'a> { a::b() }", &["a::b"]),
        ];
        for (code, expected) in cases {
            assert_eq!(named(code), expected, "{code}");
        }
    }

    #[test]
    fn a_path_in_the_code_is_found_without_a_use() {
        let code =
            "fn f(x: crate::io::Feed) -> Vec<crate::slo::Slo> { Instant::now(); self.text.go::<a::B>() }";
        assert_eq!(named(code), ["crate::io::Feed", "crate::slo::Slo", "Instant::now", "a::B"]);
    }

    #[test]
    fn supers_are_counted_up_to_the_root() {
        let cases: [(&str, &[&str], Option<&str>); 6] = [
            ("use super::alert::Tier;", &["slo", "burn"], Some("slo::alert::Tier")),
            ("use super::super::incident;", &["slo", "burn"], Some("incident")),
            ("mod tests { use super::super::alert; }", &["slo", "burn"], Some("slo::alert")),
            ("mod tests { use super::*; }", &["slo", "burn"], Some("slo::burn::*")),
            ("use self::inner::X;", &["slo"], Some("slo::inner::X")),
            ("use std::fmt;", &["slo"], None),
        ];
        for (code, here, expected) in cases {
            assert_eq!(from_root(code, here), [expected.map(str::to_owned)], "{code}");
        }
    }
}
