//! `[budget]`: where the bands of the error-budget policy begin, and what each one permits.

use crate::slo::Policy;
use crate::slo::policy::{BANDS, Borders};
use crate::text::fields::Fields;

const KEYS: &[&str] = &["caution", "warning", "critical", "policy"];

/// The policy as written over the field manual's.
pub(super) fn read(root: &mut Fields<'_>) -> Option<Policy> {
    let mut table = root.table("budget")?;
    table.only(KEYS);
    let usual = Borders::default();
    let borders = Borders {
        caution: border(&mut table, "caution").unwrap_or(usual.caution),
        warning: border(&mut table, "warning").unwrap_or(usual.warning),
        critical: border(&mut table, "critical").unwrap_or(usual.critical),
    };
    if !borders.fall() {
        let key = KEYS.iter().find(|key| table.has(key)).copied().unwrap_or("caution");
        let what = "the bands do not follow one another";
        let way_out = "percentages fall: below 100, caution, then warning, then critical, above 0";
        table.wrong(key, "bad-value", what, way_out);
        return None;
    }
    let mut policy = Policy::at(borders);
    texts(&mut table, &mut policy);
    Some(policy)
}

/// The percentage of the budget left at which a band begins, as a share.
fn border(table: &mut Fields<'_>, key: &str) -> Option<f64> {
    Some(table.number(key)? / 100.0)
}

/// `[budget.policy]`: a text for each band that is not the usual one.
fn texts(table: &mut Fields<'_>, policy: &mut Policy) {
    let Some(mut texts) = table.table("policy") else { return };
    texts.only(&BANDS.map(|(_, word, _)| word));
    for (status, word, _) in BANDS {
        if let Some(text) = texts.text(word) {
            policy.set_text(status, text);
        }
    }
}
