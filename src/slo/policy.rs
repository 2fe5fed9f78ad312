//! The error-budget policy: from which remaining share on which band holds, and what a band permits.
//!
//! The defaults are the field manual's; a team writes its own under `[budget]`.

use super::budget::BudgetStatus;

/// Every band from the best to the worst: its word in the configuration, and what it permits.
pub const BANDS: [(BudgetStatus, &str, &str); 5] = [
    (BudgetStatus::Healthy, "healthy", "normal pace, risky changes allowed"),
    (BudgetStatus::Caution, "caution", "extra review and tests on risky changes"),
    (
        BudgetStatus::Warning,
        "warning",
        "freeze non-critical changes, all effort on reliability, canaries mandatory, tighter rollback criteria",
    ),
    (
        BudgetStatus::Critical,
        "critical",
        "freeze non-critical changes, all effort on reliability, canaries mandatory, tighter rollback criteria",
    ),
    (
        BudgetStatus::Exhausted,
        "exhausted",
        "only reliability fixes and critical security patches; postmortem of the largest consumers; leadership \
         reviews the way back",
    ),
];

/// What a remaining budget permits.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    borders: Borders,
    /// In the order of [`BANDS`].
    texts: [String; 5],
}

/// Remaining shares, `0..1`, at and below which a band begins. Exhausted begins at 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Borders {
    pub caution: f64,
    pub warning: f64,
    pub critical: f64,
}

impl Borders {
    /// Whether each band is worse than the one before, and none begins outside `0..1`.
    pub fn fall(&self) -> bool {
        1.0 > self.caution
            && self.caution > self.warning
            && self.warning > self.critical
            && self.critical > 0.0
    }

    /// The band of a remaining share; a share on a border belongs to the stricter band.
    pub fn status(&self, remaining: f64) -> BudgetStatus {
        match remaining {
            left if left > self.caution => BudgetStatus::Healthy,
            left if left > self.warning => BudgetStatus::Caution,
            left if left > self.critical => BudgetStatus::Warning,
            left if left > 0.0 => BudgetStatus::Critical,
            _ => BudgetStatus::Exhausted,
        }
    }
}

impl Default for Borders {
    fn default() -> Self {
        Self { caution: 0.50, warning: 0.25, critical: 0.10 }
    }
}

impl Policy {
    /// The usual texts at other borders, which must [fall](Borders::fall).
    pub fn at(borders: Borders) -> Self {
        Self { borders, ..Self::default() }
    }

    pub fn set_text(&mut self, status: BudgetStatus, text: impl Into<String>) {
        self.texts[status as usize] = text.into();
    }

    /// The band of a remaining share.
    pub fn status(&self, remaining: f64) -> BudgetStatus {
        self.borders.status(remaining)
    }

    /// What a band permits.
    pub fn text(&self, status: BudgetStatus) -> &str {
        &self.texts[status as usize]
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self { borders: Borders::default(), texts: BANDS.map(|(_, _, text)| text.to_owned()) }
    }
}
