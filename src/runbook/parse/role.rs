//! What a section is for, told from its heading.

use super::super::step::SectionRole;

/// Phrases of headings, most telling first: `Verify the rollback` verifies.
#[rustfmt::skip]
const SYNONYMS: &[(SectionRole, &[&str])] = &[
    (SectionRole::Escalation, &["escalation", "escalate", "escalating", "who to contact", "contacts", "contact"]),
    (SectionRole::Verify, &["verify", "verification", "validate", "validation", "postcheck", "postchecks", "post checks", "confirm recovery"]),
    (SectionRole::Rollback, &["rollback", "roll back", "rolling back", "back out", "backout", "revert"]),
    (SectionRole::Prerequisites, &["prerequisites", "prerequisite", "preparation", "prepare", "prechecks", "pre checks", "requirements",
        "before you begin", "before you start", "access needed"]),
    (SectionRole::Diagnosis, &["diagnosis", "diagnose", "diagnostics", "symptoms", "symptom", "checks", "check", "detect", "detection",
        "troubleshooting", "troubleshoot", "investigate", "investigation", "investigating", "triage", "debug", "debugging", "analysis",
        "analyze", "analyse", "playbook", "find the cause"]),
    (SectionRole::Mitigation, &["mitigation", "mitigate", "mitigating", "resolution", "resolve", "resolving", "remediation", "remediate",
        "containment", "contain", "eradication", "eradicate", "recovery", "recover", "fix", "fixing", "repair", "solution", "solutions",
        "workaround", "execution", "action", "actions", "response", "restore"]),
    (SectionRole::Impact, &["impact", "consequences"]),
    (SectionRole::Related, &["related", "references", "reference", "links", "resources", "see also", "further reading", "additional"]),
    (SectionRole::Overview, &["overview", "meaning", "summary", "background", "description", "about", "introduction", "context",
        "what is", "what this alert means"]),
];

pub(super) fn of(heading: &str) -> SectionRole {
    let words = words(heading);
    let says = |phrase: &str| {
        let mut found = words.match_indices(phrase);
        found.any(|(at, _)| words[..at].ends_with(' ') && words[at + phrase.len()..].starts_with(' '))
    };
    let found = SYNONYMS.iter().find(|(_, phrases)| phrases.iter().any(|phrase| says(phrase)));
    found.map_or(SectionRole::Other, |(role, _)| *role)
}

/// The words of a heading in lower case, one blank around each.
fn words(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |line, word| line + word + " ")
}
