//! Whether a shell could read a command at all: what is opened and never closed, what is closed and never
//! opened, operators with nothing behind them.
//!
//! No interpreter: what is left unsaid here a shell may still refuse.

/// Why a command cannot be read, and in which of its lines, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub what: String,
    pub line: usize,
}

/// What is open, and since which line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Open {
    by: &'static str,
    line: usize,
}

/// Words that open something, and those that close it.
const PAIRS: [(&str, &str); 4] = [("if", "fi"), ("do", "done"), ("case", "esac"), ("{", "}")];
/// Words behind which another command begins.
const BEFORE_COMMAND: [&str; 7] = ["then", "else", "elif", "while", "until", "!", "time"];

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    line: usize,
    open: Vec<Open>,
    word: String,
    /// The next word is a program or a word of the grammar.
    begins: bool,
    /// The operator that still wants something behind it.
    wants: Option<Open>,
    /// End words of here-documents that begin on the next line.
    documents: Vec<String>,
}

/// The first thing that no shell would read.
pub(super) fn fault(command: &str) -> Option<Fault> {
    let rest = command.chars();
    let (open, documents) = (Vec::new(), Vec::new());
    let mut reader =
        Reader { rest, line: 0, open, word: String::new(), begins: true, wants: None, documents };
    match reader.read() {
        Err(fault) => Some(fault),
        Ok(()) => reader.left_open(),
    }
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Fault> {
        while let Some(c) = self.next() {
            self.take(c)?;
        }
        self.end_word()
    }

    fn left_open(&self) -> Option<Fault> {
        let never = |open: &Open, how: &str| Fault { what: format!("{} {how}", open.by), line: open.line };
        let closing = self.open.last().map(|open| never(open, "is never closed"));
        let unread = self.documents.first().map(|end| Fault {
            what: format!("the here-document never ends: no line {end}"),
            line: self.line,
        });
        closing.or(unread).or_else(|| self.wants.as_ref().map(|open| never(open, "has nothing behind it")))
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn take(&mut self, c: char) -> Result<(), Fault> {
        match c {
            '\\' => self.escaped(),
            '\'' => return self.quoted('\'', "a single quote"),
            '"' => return self.quoted('"', "a double quote"),
            '`' => return self.quoted('`', "a backtick"),
            '$' => return self.dollar(),
            '#' if self.word.is_empty() => self.comment(),
            '(' => {
                self.wants = None;
                self.opens("(");
            }
            ')' => return self.closes_group(),
            '<' if self.rest.as_str().starts_with('<') => return self.document(),
            '<' | '>' => return self.operator("a redirection", false),
            '|' | '&' | ';' => return self.separator(c),
            '\n' => return self.line_break(),
            c if c.is_whitespace() => return self.end_word(),
            c => self.word.push(c),
        }
        Ok(())
    }

    fn escaped(&mut self) {
        if self.next().is_some_and(|c| c != '\n') {
            self.word.push('x');
        }
    }

    fn comment(&mut self) {
        while self.peek().is_some_and(|c| c != '\n') {
            self.next();
        }
    }

    fn quoted(&mut self, end: char, by: &'static str) -> Result<(), Fault> {
        let line = self.line;
        self.word.push('x');
        while let Some(c) = self.next() {
            match c {
                c if c == end => return Ok(()),
                '\\' if end != '\'' => {
                    self.next();
                }
                '$' if end == '"' && self.peek() == Some('(') => {
                    self.next();
                    self.nested(')')?;
                }
                _ => {}
            }
        }
        Err(Fault { what: format!("{by} is never closed"), line })
    }

    /// `$(…)` within quotes, a script of its own.
    fn nested(&mut self, end: char) -> Result<(), Fault> {
        let line = self.line;
        let mut depth = 1;
        while let Some(c) = self.next() {
            match c {
                '(' => depth += 1,
                c if c == end => depth -= 1,
                '\'' => self.quoted('\'', "a single quote")?,
                '"' => self.quoted('"', "a double quote")?,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err(Fault { what: "$( is never closed".to_owned(), line })
    }

    fn dollar(&mut self) -> Result<(), Fault> {
        self.word.push('x');
        match self.peek() {
            Some('\'') => {
                self.next();
                self.ansi()
            }
            Some('{') => {
                self.next();
                self.braces()
            }
            _ => Ok(()),
        }
    }

    fn ansi(&mut self) -> Result<(), Fault> {
        let line = self.line;
        while let Some(c) = self.next() {
            match c {
                '\'' => return Ok(()),
                '\\' => _ = self.next(),
                _ => {}
            }
        }
        Err(Fault { what: "$' is never closed".to_owned(), line })
    }

    fn braces(&mut self) -> Result<(), Fault> {
        let line = self.line;
        let mut depth = 1;
        while let Some(c) = self.next() {
            depth = match c {
                '{' => depth + 1,
                '}' => depth - 1,
                _ => depth,
            };
            if depth == 0 {
                return Ok(());
            }
        }
        Err(Fault { what: "${ is never closed".to_owned(), line })
    }

    fn opens(&mut self, by: &'static str) {
        self.open.push(Open { by, line: self.line });
        self.word.clear();
        self.begins = true;
    }

    fn closes_group(&mut self) -> Result<(), Fault> {
        self.end_word()?;
        match self.open.last().map(|open| open.by) {
            Some("(") => _ = self.open.pop(),
            // The end of a pattern.
            Some("case") => self.begins = true,
            _ => return Err(self.fault("a ) closes nothing")),
        }
        Ok(())
    }

    fn fault(&self, what: &str) -> Fault {
        Fault { what: what.to_owned(), line: self.line }
    }

    /// `<<EOF`: its body begins on the next line. `<<<` reads a word.
    fn document(&mut self) -> Result<(), Fault> {
        self.end_word()?;
        self.next();
        if self.peek() == Some('<') {
            self.next();
            return self.operator("<<<", false);
        }
        while self.peek().is_some_and(|c| c == '-' || c == ' ') {
            self.next();
        }
        let mut end = String::new();
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && !";|&<>()".contains(*c)) {
            self.next();
            end.extend(Some(c).filter(|c| !matches!(c, '\'' | '"' | '\\')));
        }
        if end.is_empty() {
            return Err(self.fault("<< names no end"));
        }
        self.wants = None;
        self.documents.push(end);
        Ok(())
    }

    fn line_break(&mut self) -> Result<(), Fault> {
        self.end_word()?;
        if let Some(open) = self.wants.filter(|open| !open.by.starts_with(['|', '&'])) {
            return Err(Fault { what: format!("{} has nothing behind it", open.by), line: open.line });
        }
        self.begins = true;
        for end in std::mem::take(&mut self.documents) {
            self.skip_document(&end)?;
        }
        Ok(())
    }

    fn skip_document(&mut self, end: &str) -> Result<(), Fault> {
        let line = self.line.saturating_sub(1);
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c != '\n' {
                text.push(c);
            } else if text.trim() == end {
                return Ok(());
            } else {
                text.clear();
            }
        }
        let never = Fault { what: format!("the here-document never ends: no line {end}"), line };
        if text.trim() == end { Ok(()) } else { Err(never) }
    }

    fn separator(&mut self, c: char) -> Result<(), Fault> {
        let twice = self.peek() == Some(c);
        if twice {
            self.next();
        }
        // `>&2`, `&>log`, `2>|log`
        if !twice
            && (self.wants.is_some_and(|open| open.by == "a redirection")
                || (c == '&' && self.peek() == Some('>')))
        {
            return Ok(());
        }
        match (c, twice) {
            ('|', true) => self.operator("||", true),
            ('|', false) => {
                if self.peek() == Some('&') {
                    self.next();
                }
                self.operator("|", true)
            }
            ('&', true) => self.operator("&&", true),
            _ => {
                self.end_word()?;
                self.begins = true;
                Ok(())
            }
        }
    }

    /// Something has to stand behind an operator, and before one that joins two commands.
    fn operator(&mut self, by: &'static str, joins: bool) -> Result<(), Fault> {
        self.end_word()?;
        let alone = self.begins && joins && !matches!(self.open.last().map(|open| open.by), Some("case"));
        if alone || self.wants.is_some_and(|open| open.by != by && joins) {
            return Err(self.fault(&format!("{by} has nothing before it")));
        }
        // `>>` is one of them.
        self.wants = Some(Open { by, line: self.line });
        self.begins = joins;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), Fault> {
        if self.word.is_empty() {
            return Ok(());
        }
        let word = std::mem::take(&mut self.word);
        let target = self.wants.take().is_some_and(|open| open.by == "a redirection" || open.by == "<<<");
        if target || !std::mem::replace(&mut self.begins, false) {
            // `for x in a b; do`: only a word of the grammar may stand here.
            return Ok(());
        }
        if let Some((open, _)) = PAIRS.iter().find(|(open, _)| *open == word) {
            let by = *open;
            self.open.push(Open { by, line: self.line });
            self.begins = by != "case";
        } else if let Some((open, close)) = PAIRS.iter().find(|(_, close)| *close == word) {
            if self.open.pop().is_none_or(|last| last.by != *open) {
                return Err(self.fault(&format!("{close} closes nothing")));
            }
        } else {
            self.begins = BEFORE_COMMAND.contains(&word.as_str()) || is_assignment(&word);
        }
        Ok(())
    }
}

/// `X=1 command`: the program is still to come.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
