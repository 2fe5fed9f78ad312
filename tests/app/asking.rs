//! The PromQL of a step: asked on a key, answered in a window, late answers dropped.

use warroom::app::action::disabled;
use warroom::app::form::Popup;
use warroom::app::on_query::Asked;
use warroom::app::{Action, Effect, Msg};
use warroom::runbook::parse;
use warroom::runbook::query::Series;

use crate::desk::Desk;

const BOOK: &str = "## Fix\n\n1. Look\n\n   ```promql\n   up{service=\"{{service}}\"}\n   down{pod=\"<pod>\"}\n   ```\n\n2. Wait\n";

fn walking() -> Desk {
    let mut desk = Desk::declared();
    desk.hear(Msg::Runbooks(vec![parse("disk", BOOK)].into()));
    desk.press(&["b", "enter", "3"]);
    desk.effects.clear();
    desk
}

fn asked(desk: &Desk) -> &Asked {
    let Some(Popup::Asked(asked)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    asked
}

#[test]
fn what_can_be_filled_is_asked_and_what_cannot_is_named() {
    let mut desk = walking();
    desk.press(&["P"]);
    let query = "up{service=\"checkout\"}".to_owned();
    assert_eq!(desk.effects, [Effect::Evaluate(query.clone())]);
    assert!(desk.model.notices.newest_first().any(|notice| notice.text.contains("the query wants pod")));
    assert_eq!(asked(&desk).questions[0].outcome, None);
    let series = vec![Series { labels: "{a=\"b\"}".to_owned(), values: vec![Some(1.0)] }];
    desk.hear(Msg::Evaluated { query: "another".to_owned(), outcome: Ok(Vec::new()) });
    assert_eq!(asked(&desk).questions[0].outcome, None, "an answer to something else");
    desk.hear(Msg::Evaluated { query: query.clone(), outcome: Ok(series.clone()) });
    assert_eq!(asked(&desk).questions[0].outcome, Some(Ok(series)));
    desk.press(&["P"]);
    assert_eq!(asked(&desk).questions[0].outcome, None, "asked again");
    desk.press(&["esc"]);
    desk.hear(Msg::Evaluated { query, outcome: Ok(Vec::new()) });
    assert!(desk.model.popup.is_none(), "an answer opens no window");
}

#[test]
fn a_step_without_promql_says_so() {
    let mut desk = walking();
    desk.press(&["j"]);
    assert_eq!(disabled(Action::AskQuery, &desk.model), Some("this step has no PromQL to ask"));
    desk.press(&["P"]);
    assert!(desk.effects.is_empty() && desk.model.popup.is_none());
}
