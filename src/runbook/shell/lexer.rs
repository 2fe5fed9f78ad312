//! Shell text to words, separators and redirections. Quotes are resolved, expansions are not.

use super::arithmetic;

/// What the text is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// Operator and target; of a here-document, its body.
    Redirect(String, String),
    Separator,
}

/// A here-document whose body starts after the next line break.
struct Pending {
    end: String,
    /// Index of its redirect among the tokens.
    token: usize,
}

pub(super) struct Lexer {
    chars: Vec<char>,
    at: usize,
    tokens: Vec<Token>,
    nested: Vec<String>,
    word: Option<String>,
    /// A redirect that waits for the word behind it.
    redirect: Option<String>,
    pending: Vec<Pending>,
}

impl Lexer {
    pub(super) fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
            tokens: Vec::new(),
            nested: Vec::new(),
            word: None,
            redirect: None,
            pending: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> (Vec<Token>, Vec<String>) {
        while let Some(c) = self.next() {
            self.take(c);
        }
        self.end_word();
        (self.tokens, self.nested)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn take(&mut self, c: char) {
        match c {
            '\\' => self.escaped(),
            '\'' => self.single(),
            '"' => self.double('"'),
            '`' => self.backticks(),
            '$' => self.dollar(),
            '#' if self.word.is_none() => self.comment(),
            '<' | '>' => self.redirection(c),
            '&' if self.peek() == Some('>') => self.redirection('&'),
            '\n' => self.line_break(),
            ';' | '|' | '&' | '(' | ')' => self.separate(),
            c if c.is_whitespace() => self.end_word(),
            c => self.push(c),
        }
    }

    fn escaped(&mut self) {
        match self.next() {
            Some('\n') | None => {}
            Some(c) => self.push(c),
        }
    }

    fn single(&mut self) {
        self.word.get_or_insert_default();
        while let Some(c) = self.next().filter(|c| *c != '\'') {
            self.push(c);
        }
    }

    /// Reads up to `end`, the rules of double quotes holding; `'\0'` reads to the end of the text.
    fn double(&mut self, end: char) {
        self.word.get_or_insert_default();
        while let Some(c) = self.next().filter(|c| *c != end) {
            match c {
                // Before any other sign it stands for itself.
                '\\' if self.peek().is_some_and(|c| "$`\"\\\n".contains(c)) => self.escaped(),
                '`' => self.backticks(),
                '$' if self.peek() == Some('(') => self.dollar(),
                c => self.push(c),
            }
        }
    }

    fn backticks(&mut self) {
        let mut inner = String::new();
        while let Some(c) = self.next().filter(|c| *c != '`') {
            inner.push(c);
        }
        self.substitute(inner);
    }

    fn dollar(&mut self) {
        if self.eat('(') {
            let inner = self.balanced();
            return match arithmetic::inside(&inner) {
                Some(sum) => self.sum(sum),
                None => self.substitute(inner),
            };
        }
        self.push('$');
        if self.peek() == Some('\'') {
            self.at += 1;
            self.ansi();
        }
    }

    /// `$'…'`: kept as it is written, so that no spelled-out name passes for a known one.
    fn ansi(&mut self) {
        while let Some(c) = self.next().filter(|c| *c != '\'') {
            self.push(c);
            if c == '\\'
                && let Some(c) = self.next()
            {
                self.push(c);
            }
        }
    }

    /// What a substitution yields is unknown: it stands in the word as `$()`.
    fn substitute(&mut self, inner: String) {
        self.nested.push(inner);
        self.word.get_or_insert_default().push_str("$()");
    }

    /// A sum runs nothing but what is substituted in it.
    fn sum(&mut self, sum: &str) {
        self.nested.extend(substitutions(sum));
        self.word.get_or_insert_default().push_str("$()");
    }

    /// The text up to the parenthesis that closes the one just read; quotes inside may hold others.
    fn balanced(&mut self) -> String {
        let mut depth = 1;
        let mut quote = None;
        let mut inner = String::new();
        while let Some(c) = self.next() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some('"') | None, '\\') => {
                    inner.push(c);
                    inner.extend(self.next());
                    continue;
                }
                (None, '\'' | '"') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            inner.push(c);
        }
        inner
    }

    fn comment(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    fn redirection(&mut self, first: char) {
        if first != '&' && self.peek() == Some('(') {
            self.at += 1;
            let inner = self.balanced();
            return self.substitute(inner);
        }
        self.drop_descriptor();
        let mut op = String::from(first);
        while let Some(c) = self.peek().filter(|c| matches!(c, '<' | '>' | '&' | '|')) {
            self.at += 1;
            op.push(c);
        }
        if op == "<<" && self.eat('-') {
            op.push('-');
        }
        self.redirect = Some(op);
    }

    /// `2>` redirects descriptor 2: the digits are no word.
    fn drop_descriptor(&mut self) {
        if self.word.as_ref().is_some_and(|word| word.chars().all(|c| c.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
    }

    fn end_word(&mut self) {
        let Some(word) = self.word.take() else { return };
        self.nested.extend(subscript(&word));
        let Some(op) = self.redirect.take() else {
            return self.tokens.push(Token::Word(word));
        };
        if op.starts_with("<<") && op != "<<<" {
            self.pending.push(Pending { end: word.clone(), token: self.tokens.len() });
        }
        self.tokens.push(Token::Redirect(op, word));
    }

    fn separate(&mut self) {
        self.end_word();
        self.redirect = None;
        self.tokens.push(Token::Separator);
    }

    fn line_break(&mut self) {
        self.end_word();
        for pending in std::mem::take(&mut self.pending) {
            let body = self.body(&pending.end);
            self.nested.extend(substitutions(&body));
            if let Some(Token::Redirect(_, target)) = self.tokens.get_mut(pending.token) {
                *target = body;
            }
        }
        self.separate();
    }

    fn body(&mut self, end: &str) -> String {
        let mut body = String::new();
        while self.at < self.chars.len() {
            let line: String = self.chars[self.at..].iter().take_while(|c| **c != '\n').collect();
            self.at += line.chars().count() + 1;
            if line.trim_start_matches('\t') == end {
                break;
            }
            body.push_str(&line);
            body.push('\n');
        }
        self.at = self.at.min(self.chars.len());
        body
    }
}

/// What a subscript substitutes, however it is quoted: `declare 'a[$(rm x)]=1'` runs it after all.
fn subscript(word: &str) -> Vec<String> {
    let opened = word.rmatch_indices(['`', '$']).any(|(at, sign)| {
        let (before, behind) = (&word[..at], &word[at + 1..]);
        let runs =
            sign == "`" || behind.starts_with('(') && !behind.starts_with("()") && behind.contains(')');
        runs && before.rfind('[') > before.rfind(']')
    });
    if opened { substitutions(word) } else { Vec::new() }
}

/// The substitutions inside a here-document; one that is quoted is read as if it were not.
fn substitutions(body: &str) -> Vec<String> {
    let mut lexer = Lexer::new(body);
    lexer.double('\0');
    lexer.nested
}
