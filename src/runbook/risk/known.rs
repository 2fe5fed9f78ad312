//! Flags that are known, written in one line: `-n: --tail: --no-pager -#`.
//!
//! A colon says that a value follows, `-#` stands for a bare number such as `-20`, and `*` for a program none of
//! whose flags writes or runs anything.

/// A list of flags as the table has it.
#[derive(Clone, Copy)]
pub(super) struct Known(pub(super) &'static str);

/// What a program's words are, flags told from the rest.
pub(super) struct Told<'a> {
    /// What is neither a flag nor the value of one.
    pub operands: Vec<&'a str>,
    /// Every flag is a listed one.
    pub sure: bool,
}

enum Flag {
    Plain,
    /// Its value is the next word.
    Takes,
    Unknown,
}

impl Known {
    pub(super) fn tell(self, args: &[String]) -> Told<'_> {
        let mut told = Told { operands: Vec::new(), sure: true };
        let mut rest = args.iter().map(String::as_str);
        while let Some(arg) = rest.next() {
            match () {
                () if arg == "--" => {
                    told.operands.extend(rest);
                    break;
                }
                () if !arg.starts_with('-') || arg == "-" => {
                    // A brace expansion may hold a flag.
                    told.sure &= self.any() || !(arg.starts_with('{') && arg.contains(','));
                    told.operands.push(arg);
                }
                () => match self.flag(arg) {
                    Flag::Plain => {}
                    Flag::Takes => _ = rest.next(),
                    Flag::Unknown => told.sure = false,
                },
            }
        }
        told
    }

    fn any(self) -> bool {
        self.0.ends_with('*')
    }

    fn flag(self, arg: &str) -> Flag {
        let name = arg.split('=').next().unwrap_or(arg);
        let number = arg.len() > 1 && arg[1..].chars().all(|c| c.is_ascii_digit());
        match self.listed(name) {
            Some(valued) if valued && name == arg => Flag::Takes,
            Some(_) => Flag::Plain,
            None if self.any() || matches!(arg, "--version" | "--help") => Flag::Plain,
            None if number && self.listed("-#").is_some() => Flag::Plain,
            None if arg.starts_with("--") => Flag::Unknown,
            None => self.cluster(&arg[1..]),
        }
    }

    /// `-ntp` is `-n -t -p`; behind a letter with a value stands its value.
    fn cluster(self, letters: &str) -> Flag {
        for (at, letter) in letters.char_indices() {
            let glued = at + letter.len_utf8() < letters.len();
            match self.listed(&format!("-{letter}")) {
                None => return Flag::Unknown,
                Some(true) if glued => return Flag::Plain,
                Some(true) => return Flag::Takes,
                Some(false) => {}
            }
        }
        Flag::Plain
    }

    /// Whether an argument is this flag, or holds it in a cluster: `-tvf` holds `-t`, `-Fc` has a `c` for a value.
    pub(super) fn holds(self, arg: &str, flag: &str) -> bool {
        let name = arg.split('=').next().unwrap_or(arg);
        if name == flag || flag.len() != 2 || arg.starts_with("--") {
            return name == flag;
        }
        let mut letters = arg.strip_prefix('-').unwrap_or_default().chars();
        letters.by_ref().find_map(|letter| match format!("-{letter}") {
            one if one == flag => Some(true),
            one => self.listed(&one)?.then_some(false),
        }) == Some(true)
    }

    /// Whether a flag is listed, and if so whether it has a value.
    fn listed(self, name: &str) -> Option<bool> {
        self.0.split_whitespace().find_map(|flag| match flag.strip_suffix(':') {
            Some(valued) => (valued == name).then_some(true),
            None => (flag == name).then_some(false),
        })
    }
}
