//! The window that finds a runbook, at the sizes people have.

use warroom::app::{Effect, Msg};
use warroom::runbook::query::Series;
use warroom::runbook::{Runbook, parse};
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use crate::desk::Desk;

/// Runbooks of every age beside the one that fires; one of them means harm.
fn library() -> Vec<Runbook> {
    let books = [
        (
            "bad-deploy-rollback",
            "---\nowner: platform\nservice: checkout\nreviewed: 2026-11-01\ntested: 2026-10-01\n---\n# Roll a bad deploy back\n\n## Diagnosis\n\n1. See what was deployed last\n\n   ```sh\n   deployctl status checkout\n   ```\n\n## Mitigation\n\n2. Roll back\n\n   ```sh\n   deployctl rollback checkout\n   ```\n",
        ),
        (
            "database-connections",
            "---\nreviewed: 2026-03-01\n---\n# Connections of the database run out\n\n## Fix\n\n1. Roll the pool back to its size\n",
        ),
        ("disk-full", "# Disk full\n\nRoll logs over.\n"),
        ("evil", "# Rollback \u{1b}[2J\u{202e}gnihton\n\nText \u{1b}]0;x\u{7}.\n"),
    ];
    books.map(|(name, source)| parse(name, source)).into()
}

fn scene(keys: &[&str]) -> Desk {
    let mut desk = Desk::paging();
    desk.hear(Msg::Runbooks(library().into()));
    desk.press(&["b"]);
    desk.press(keys);
    desk
}

#[test]
fn the_window_with_its_preview_at_the_sizes_people_have() {
    let theme = Theme::default();
    for (width, height) in [(80, 24), (120, 36), (200, 60)] {
        let desk = scene(&[]);
        keep(&format!("finding_{width}x{height}"), &draw(&desk.model, &theme, (width, height)).0);
    }
}

#[test]
fn what_was_typed_is_lit_and_the_preview_begins_where_it_stands() {
    let desk = scene(&["type:roll", "down"]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (120, 36));
    keep("finding_typed", &cells);
    assert!(screen.caret.is_some());
    let shown = text(&cells);
    assert!(shown.contains("4 of 4"), "{shown}");
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
}

#[test]
fn answers_to_promql_show_the_value_the_hour_and_whose_it_is() {
    let mut desk = Desk::declared();
    let book = "## Fix\n\n1. Look\n\n   ```promql\n   sum by (instance) (rate(errors_total[5m]))\n   nothing_total\n   broken_total\n   ```\n";
    desk.hear(Msg::Runbooks(vec![parse("disk", book)].into()));
    desk.press(&["b", "enter", "3", "P"]);
    let queries: Vec<String> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Evaluate(query) => Some(query.clone()),
            _ => None,
        })
        .collect();
    let rising = (0..13).map(|at| Some(f64::from(at) / 100.0)).collect();
    let lost = (0..13).map(|at| (at < 9).then_some(1.0)).collect();
    let series = |instance: &str, values| Series { labels: format!("{{instance=\"{instance}\"}}"), values };
    let all = vec![series("db-1", rising), series("db-2\u{202e}", lost)];
    let outcomes = [Ok(all), Ok(Vec::new()), Err("promql: prod: nobody answers".to_owned())];
    for (query, outcome) in queries.into_iter().zip(outcomes) {
        desk.hear(Msg::Evaluated { query, outcome });
    }
    let cells = draw(&desk.model, &Theme::default(), (80, 24)).0;
    keep("asked_80x24", &cells);
    assert!(!text(&cells).contains('\u{202e}'));
}

#[test]
fn on_the_smallest_screen_the_line_and_the_first_hit_can_be_read() {
    let shown = text(&draw(&scene(&[]).model, &Theme::default(), (40, 10)).0);
    assert!(shown.contains("find> ") && shown.contains("bad-deploy"), "{shown}");
}
