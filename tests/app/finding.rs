//! The window that finds a runbook: what fires now on top, every letter answered, enter opens.

use warroom::app::Msg;
use warroom::app::form::Popup;
use warroom::app::model::Pane;
use warroom::app::on_find::Finding;
use warroom::runbook::{parse, shipped};

use crate::desk::Desk;

fn finding(desk: &Desk) -> &Finding {
    let Some(Popup::Runbooks(finding)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    finding
}

fn names(desk: &Desk) -> Vec<&str> {
    finding(desk).hits.iter().map(|hit| hit.runbook.as_str()).collect()
}

#[test]
fn the_runbook_of_what_burns_is_on_top_and_says_why() {
    let mut desk = Desk::paging();
    let mut quiet = Desk::empty();
    quiet.hear(Msg::Runbooks(vec![parse("a", "# A\n"), parse("bad-deploy-rollback", "# B\n")].into()));
    quiet.press(&["b"]);
    assert_eq!(names(&quiet), ["a", "bad-deploy-rollback"]);
    desk.hear(Msg::Runbooks(vec![parse("a", "# A\n"), parse("bad-deploy-rollback", "# B\n")].into()));
    desk.press(&["b"]);
    assert_eq!(names(&desk), ["bad-deploy-rollback", "a"]);
    assert_eq!(finding(&desk).moment.why("bad-deploy-rollback"), Some("checkout-availability burns"));
    desk.press(&["esc", "d", "enter", "b"]);
    assert_eq!(finding(&desk).moment.why("bad-deploy-rollback"), Some("of checkout, in this incident"));
}

#[test]
fn every_letter_looks_again_and_enter_opens_the_chosen_one() {
    let mut desk = Desk::empty();
    desk.press(&["b"]);
    assert_eq!(names(&desk).len(), shipped().len());
    desk.press(&["down", "type:hlat"]);
    assert_eq!((names(&desk)[0], finding(&desk).chosen), ("high-latency", 0));
    desk.hear(Msg::Paste(" zzz".to_owned()));
    assert!(names(&desk).is_empty());
    desk.press(&["enter"]);
    assert!(names(&desk).is_empty(), "nothing to open, nothing happens");
    desk.press(&["backspace", "backspace", "backspace", "enter"]);
    assert!(desk.model.popup.is_none());
    let open = desk.model.runbook.open.as_ref().expect("a runbook");
    assert_eq!(open.runbook.name, "high-latency");
    assert_eq!(desk.model.desk.focus, Pane::Runbook, "who opens one wants to walk it");
}

#[test]
fn a_library_that_is_read_again_leaves_the_chosen_one_chosen() {
    let mut desk = Desk::empty();
    let book = |name: &str| parse(name, "# T\n");
    desk.hear(Msg::Runbooks(vec![book("a"), book("b")].into()));
    desk.press(&["b", "down"]);
    desk.hear(Msg::Runbooks(vec![book("a"), book("aa"), book("b")].into()));
    assert_eq!((names(&desk), finding(&desk).chosen), (vec!["a", "aa", "b"], 2));
    desk.hear(Msg::Runbooks(vec![book("a")].into()));
    assert_eq!((names(&desk), finding(&desk).chosen), (vec!["a"], 0));
}
