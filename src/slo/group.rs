//! Label sets of grouped SLOs, and the address of an answer: which indicator, which group.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The labels that tell one row of a grouped SLO from the others, sorted by name; none for an SLO that
/// is not grouped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Group(Vec<(String, String)>);

impl Group {
    pub fn new(labels: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut labels: Vec<_> = labels.into_iter().collect();
        labels.sort_unstable();
        Self(labels)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn labels(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The id of this group's row: `id{label="v"}`, the id alone where there is no group.
    pub fn row_id(&self, id: &str) -> String {
        format!("{id}{self}")
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        f.write_str("{")?;
        for (at, (name, value)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            write!(f, "{comma}{name}=\"{value}\"")?;
        }
        f.write_str("}")
    }
}

/// What an answer of a source is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// Id of the [`Indicator`](super::Indicator) that was asked for.
    pub indicator: String,
    /// One of its groups. Empty for an indicator without groups, and for what concerns all of them.
    pub group: Group,
}

impl From<&str> for Subject {
    fn from(indicator: &str) -> Self {
        indicator.to_owned().into()
    }
}

impl From<&String> for Subject {
    fn from(indicator: &String) -> Self {
        indicator.clone().into()
    }
}

impl From<String> for Subject {
    fn from(indicator: String) -> Self {
        Self { indicator, group: Group::default() }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.indicator, self.group)
    }
}
