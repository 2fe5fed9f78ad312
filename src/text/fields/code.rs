//! Texts and whole numbers side by side, alone or in a list: `200`, `"2xx"`, `[200, "3xx"]`.

use toml::de::DeValue;

use super::{Fields, kind};
use crate::text::problem::{Place, Problem};

impl Fields<'_> {
    /// The texts and whole numbers under a key, as they are written; one alone is a list of one. An empty
    /// list is an error.
    pub fn codes(&mut self, key: &str) -> Vec<(String, Place)> {
        let place = self.place_of(key);
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            return self.code(key, value, place).into_iter().collect();
        };
        if list.is_empty() {
            self.wrong(key, "bad-value", "is an empty list", "name at least one");
        }
        let mut codes = Vec::with_capacity(list.len());
        for item in list {
            let place = self.document.place(item.span().start);
            codes.extend(self.code(key, item.get_ref(), place));
        }
        codes
    }

    fn code(&mut self, key: &str, value: &DeValue<'_>, place: Place) -> Option<(String, Place)> {
        match value {
            DeValue::String(text) => Some((text.to_string(), place)),
            DeValue::Integer(whole) => Some((whole.as_str().to_owned(), place)),
            other => {
                let what = format!(
                    "{}: a text or a whole number is expected here, not {}",
                    self.path(key),
                    kind(other)
                );
                self.report.problems.push(Problem::error(place, "wrong-type", what));
                None
            }
        }
    }
}
