//! All of a runbook in reach of the pane: what stands before its steps, between and behind them, and what a renderer
//! would hide.

use warroom::app::Msg;
use warroom::app::form::Popup;
use warroom::runbook::parse;
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use crate::desk::Desk;

const BOOK: &str = "---\nowner: storage\n---\n<!-- moved from the old wiki -->\n# Disk full\n\nEvery write fails when it is.\n\n## Impact\n\nOrders are lost.\n\n## Look\n\nNever on the primary.\nAsk <team> first.\nThen wait.\n\n1. See what is full\n\n   ```sh\n   df -h /srv/<volume>\n   ```\n\n2. If logs are, rotate them\n\n   Expected: the disk is at half\n\n## Links\n\n- [Dashboards](https://dash.example/disk)\n";

fn opened() -> Desk {
    let mut desk = Desk::declared();
    desk.hear(Msg::Runbooks(vec![parse("disk", BOOK)].into()));
    desk.press(&["b", "enter", "3"]);
    desk
}

fn seen(desk: &Desk, size: (u16, u16)) -> String {
    text(&draw(&desk.model, &Theme::default(), size).0)
}

#[test]
fn the_pane_says_how_a_section_begins_and_what_is_left_to_read() {
    let mut desk = opened();
    desk.press(&["z"]);
    let shown = seen(&desk, (80, 24));
    assert!(shown.contains("Never on the primary.") && shown.contains("Ask <team> first."), "{shown}");
    assert!(shown.contains("4 more lines stand before this step: t reads all"), "{shown}");
    desk.press(&["x"]);
    let shown = seen(&desk, (80, 24));
    assert!(!shown.contains("before this step"), "a step behind another has nothing before it: {shown}");
}

#[test]
fn one_key_reads_every_word_of_the_file_and_esc_goes_back() {
    let mut desk = opened();
    desk.press(&["t"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("runbook_page", &cells);
    desk.press(&["g"]);
    let mut all = seen(&desk, (80, 24));
    for _ in 0..4 {
        desk.press(&["space"]);
        all.push_str(&seen(&desk, (80, 24)));
    }
    for said in [
        "owner: storage",
        "<!-- moved from the old wiki -->",
        "Every write fails when it is.",
        "Orders are lost.",
        "Ask <team> first.",
        "> 1 See what is full",
        "$ df -h /srv/<volume>",
        "the disk is at half",
        "https://dash.example/disk",
    ] {
        assert!(all.contains(said), "{said}\n{all}");
    }
    desk.press(&["g", "tab", "tab"]);
    assert!(
        matches!(&desk.model.popup, Some(Popup::Page(reading)) if reading.lines[reading.top].text == "Impact")
    );
    desk.press(&["G", "down", "space"]);
    assert!(
        matches!(&desk.model.popup, Some(Popup::Page(reading)) if reading.top + 1 == reading.lines.len())
    );
    desk.press(&["esc"]);
    assert!(desk.model.popup.is_none());
}
