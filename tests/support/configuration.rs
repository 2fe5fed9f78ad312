//! Configurations with one thing wrong, and what is said about it.

use warroom::config::{self, Config};

/// Every problem of a text, as people read it.
pub fn problems(text: &str) -> Vec<String> {
    let parsed = config::parse("warroom.toml", text, Config::default());
    parsed.problems.iter().map(|problem| format!("{}: {problem}", problem.level.word())).collect()
}

/// A good SLO about a good source with one line more.
pub fn slo(line: &str) -> String {
    slo_without("", line)
}

/// The same, one key left out.
pub fn slo_without(key: &str, line: &str) -> String {
    let mut text = String::from(
        "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://h:9090\"\n[[slo]]\n",
    );
    let lines = [
        ("id", "\"a\""),
        ("service", "\"web\""),
        ("objective", "99.9"),
        ("period", "\"30d\""),
        ("bad", "'e_total'"),
        ("total", "'r_total'"),
    ];
    for (name, value) in lines.into_iter().filter(|(name, _)| *name != key) {
        text.extend([name, " = ", value, "\n"]);
    }
    text + line + "\n"
}

pub fn check(cases: &[(&str, String, &[&str])]) {
    for (name, text, expected) in cases {
        assert_eq!(&problems(text), expected, "{name}\n{text}");
    }
}
