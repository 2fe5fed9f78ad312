//! What one block of a walk leaves to the next, as a shell would: where it stood, what it set.

use std::collections::BTreeMap;
use std::fmt;

/// The folder and the variables that earlier blocks of a walk left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Carried {
    /// Where the last block ended; `None` is where the program was started.
    pub folder: Option<String>,
    pub variables: BTreeMap<String, Variable>,
}

/// A shell variable that a block set.
#[derive(Clone, PartialEq, Eq)]
pub struct Variable {
    /// As it is: it may be a secret, and never reaches the disk.
    pub value: String,
    /// As it may be seen: secrets masked.
    pub shown: String,
    /// Programs that the next block starts see it too.
    pub exported: bool,
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("shown", &self.shown)
            .field("exported", &self.exported)
            .finish_non_exhaustive()
    }
}

impl Carried {
    /// `NAME=value NAME2=value2`, secrets masked; empty where nothing is carried.
    pub fn words(&self) -> String {
        let pairs = self.variables.iter().map(|(name, variable)| format!("{name}={}", variable.shown));
        pairs.collect::<Vec<_>>().join(" ")
    }
}
