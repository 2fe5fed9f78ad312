//! Templates of a team's own: what they may do, and what their mistakes are told with.

#[path = "stories/checkout.rs"]
#[expect(dead_code, reason = "each test file tells a part of the story")]
mod checkout;

use checkout::{Story, at};
use warroom::incident::Severity;
use warroom::postmortem::{Facts, draft};

fn render(template: &str) -> Result<String, String> {
    let mut story = Story::declared(Severity::Sev2);
    story.incident.title = "a <b> c".into();
    let facts = Facts::gather(&story.incident, &[], at("12:00:00"));
    draft(&facts, "templates/postmortem.md", template).map_err(|problem| problem.to_string())
}

#[test]
fn a_template_names_facts_and_gets_them_escaped() {
    let cases = [
        ("{{ header.title }}", "a \\<b> c"),
        ("{{ header.title | upper }}", "A \\<B> C"),
        ("{{ header.title ~ '!' }}", "a \\<b> c!"),
        ("{{ header.title | code }}", "`a <b> c`"),
        ("{{ [header.title, 'x'] | join(', ') }}", "a \\<b> c, x"),
        ("{% set t %}{{ header.title }}{% endset %}{{ t }}", "a \\<b> c"),
        ("{% macro m() %}{{ header.title }}{% endmacro %}{{ m() }}", "a \\<b> c"),
        ("{% autoescape false %}{{ header.title }}{% endautoescape %}", "a \\<b> c"),
        ("{{ header.title | e }}", "a \\<b> c"),
        ("{{ impact.text }}", "not recorded"),
        ("{{ header.services | length }}", "1"),
    ];
    for (template, expected) in cases {
        assert_eq!(render(template).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn mistakes_name_the_line_and_the_nearest_name() {
    let cases = [
        ("a\n{{ headr.title }}", "templates/postmortem.md:2:4: `headr` is undefined (did you mean header?)"),
        (
            "{{ header.titel }}",
            "templates/postmortem.md:1:4: `header.titel` is undefined (did you mean title?)",
        ),
        (
            "{% for row in timeline.rows %}\n{{ row.whoo }}{% endfor %}",
            "templates/postmortem.md:2:4: `row.whoo` is undefined (did you mean who?)",
        ),
        (
            "{% for row in timelin.rows %}{% endfor %}",
            "templates/postmortem.md:1:15: `timelin` is undefined (did you mean timeline?)",
        ),
        (
            "{{ qqqq }}",
            "templates/postmortem.md:1:4: `qqqq` is undefined (the shipped template shows every name there is)",
        ),
        (
            "{{ header.title | safe }}",
            "templates/postmortem.md:1:19: filter safe is unknown (write text filters only; code shows a command)",
        ),
        ("\n\n{% if %}", "templates/postmortem.md:3:7: unexpected end of block"),
        ("{% include 'x' %}", "templates/postmortem.md:1:4: tried to include non-existing template 'x'"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}{{ a }}{% endfor %}{% endfor %}",
            "the template runs too long (loop over fewer things)",
        ),
    ];
    for (template, expected) in cases {
        let error = render(template).expect_err(template);
        assert!(error.ends_with(expected), "{template}\n{error}");
    }
}
