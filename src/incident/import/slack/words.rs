//! Slack's own marks in a text: `<@U1>`, `<#C1|ops>`, `<https://…|label>`, `<!here>`, `&amp;`.

use std::collections::HashMap;

/// Who and what the ids of an export are.
pub(super) struct Names {
    pub users: HashMap<String, String>,
    pub channels: HashMap<String, String>,
}

impl Names {
    pub fn known(&self, user: &str) -> Option<&str> {
        self.users.get(user).map(String::as_str)
    }

    /// A person's name; of one the export does not know the id.
    pub fn user(&self, user: &str) -> String {
        self.known(user).unwrap_or(user).to_owned()
    }

    /// The text as people saw it.
    pub fn resolve(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('<') {
            out.push_str(&plain(&rest[..at]));
            let Some(end) = rest[at..].find('>') else { break };
            out.push_str(&self.mark(&rest[at + 1..at + end]));
            rest = &rest[at + end + 1..];
        }
        out.push_str(&plain(rest));
        out
    }

    fn mark(&self, inside: &str) -> String {
        let (target, label) = match inside.split_once('|') {
            Some((target, label)) if !label.is_empty() => (target, Some(plain(label))),
            Some((target, _)) => (target, None),
            None => (inside, None),
        };
        let named = |sign: char, id: &str, known: &HashMap<String, String>| {
            let name = known.get(id).cloned().or(label.clone()).unwrap_or_else(|| id.to_owned());
            format!("{sign}{name}")
        };
        match target.chars().next() {
            Some('@') => named('@', &target[1..], &self.users),
            Some('#') => named('#', &target[1..], &self.channels),
            Some('!') => {
                label.unwrap_or_else(|| format!("@{}", target[1..].split('^').next().unwrap_or_default()))
            }
            _ => match label {
                Some(label) if label != plain(target) => format!("{label} ({})", plain(target)),
                _ => plain(target),
            },
        }
    }
}

/// Slack escapes three characters and no more.
fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
