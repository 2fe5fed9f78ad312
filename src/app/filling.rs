//! The window that asks for all open values of a command at once, the command filling up above it.

use crossterm::event::{KeyCode, KeyEvent};

use super::editor::Editor;
use crate::runbook::Command;
use crate::runbook::placeholder::{self, Piece, Values};

/// Values being typed.
#[derive(Debug, Clone)]
pub struct Filling {
    pub command: Command,
    pub fields: Vec<Field>,
    /// The field that hears keys.
    pub chosen: usize,
    /// What placeholders are filled with beside what is typed here.
    pub known: Values,
    /// Why the last try was refused.
    pub refused: Option<String>,
}

/// One value.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    /// What the runbook says of it.
    pub meaning: Option<String>,
    pub editor: Editor,
    /// Shown as dots and never written down.
    pub secret: bool,
}

impl Field {
    pub fn new(name: &str, meaning: Option<&str>, value: &str) -> Self {
        let secret = is_secret(name);
        let editor = if secret { Editor::secret(value) } else { Editor::line(value) };
        Self { name: name.to_owned(), meaning: meaning.map(str::to_owned), editor, secret }
    }

    pub fn value(&self) -> String {
        self.editor.text().trim().to_owned()
    }
}

impl Filling {
    /// Everything the command is filled with as it stands now.
    pub fn values(&self) -> Values {
        let mut values = self.known.clone();
        for field in &self.fields {
            values.other.insert(field.name.clone(), field.value());
        }
        values
    }

    /// The command as it would run, piece by piece. Secret values are dots.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut pieces = placeholder::pieces(&self.command, &self.values());
        let secret = |name: &str| self.fields.iter().any(|field| field.secret && field.name == name);
        for piece in &mut pieces {
            if let Piece::Value { name, text } = piece
                && secret(name)
            {
                *text = "\u{2022}".repeat(8);
            }
        }
        pieces
    }

    /// Why the command cannot run yet; `None` when nothing is open any more.
    pub fn refusal(&self) -> Option<String> {
        let open = placeholder::fill(&self.command, &self.values()).err()?;
        let words = open.iter().map(|name| {
            let empty = self.fields.iter().all(|field| field.name != *name || field.value().is_empty());
            let why =
                if empty { "empty" } else { "not safe in this place (no leading -, no spaces or signs)" };
            format!("{name}: {why}")
        });
        Some(words.collect::<Vec<_>>().join("; "))
    }

    /// Hears a key that neither closes the window nor hands it over.
    pub fn key(&mut self, key: KeyEvent) {
        let last = self.fields.len().saturating_sub(1);
        match key.code {
            KeyCode::Up | KeyCode::BackTab => self.chosen = self.chosen.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab => self.chosen = (self.chosen + 1).min(last),
            _ => {
                if let Some(field) = self.fields.get_mut(self.chosen) {
                    field.editor.key(key);
                    self.refused = None;
                }
            }
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.chosen) {
            field.editor.paste(text);
        }
    }

    /// The first field after the chosen one that is empty.
    pub fn next_empty(&self) -> Option<usize> {
        let count = self.fields.len();
        let round = (1..=count).map(|step| (self.chosen + step) % count);
        round.into_iter().find(|at| self.fields[*at].value().is_empty())
    }
}

/// Whether a value of that name is one that nobody else may read.
pub fn is_secret(name: &str) -> bool {
    const WORDS: &[&str] =
        &["password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "privatekey"];
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    WORDS.iter().any(|word| plain.contains(word))
}
