//! Values of the calendar: days and time zones.

use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::de::DeValue;

use super::Fields;
use crate::text::problem;

impl Fields<'_> {
    /// A day, in quotes or not: `2026-08-01`.
    pub fn date(&mut self, key: &str) -> Option<NaiveDate> {
        let date = match self.value(key)? {
            DeValue::String(text) => text.parse().ok(),
            DeValue::Datetime(at) => at.to_string().parse().ok(),
            _ => None,
        };
        if date.is_none() {
            self.wrong(key, "bad-value", "is no date", "write year, month and day, like 2026-08-01");
        }
        date
    }

    /// An IANA time zone, `Europe/Berlin`.
    pub fn zone(&mut self, key: &str) -> Option<Tz> {
        let name = self.text(key)?;
        if let Ok(zone) = name.parse() {
            return Some(zone);
        }
        let way_out = problem::meant(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()), || {
            "write an IANA name, like Europe/Berlin".to_owned()
        });
        self.wrong(key, "bad-value", format!("{name:?} is no time zone"), way_out);
        None
    }
}
