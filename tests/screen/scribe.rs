//! The scribe's line as it is written, what a paste would become, a chosen line and a filtered timeline.

use warroom::app::Msg;
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use super::scene;

#[test]
fn the_prompt_says_what_the_line_becomes_and_tab_is_offered() {
    let mut desk = scene::incident();
    desk.press(&[
        "2",
        "n",
        "type:! @13:58 roll back, says #bad-deploy",
        "enter",
        "type:TODO ana in 10m look at #ba",
    ]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("scribe_writing", &cells);
    assert!(screen.caret.is_some());
    let shown = text(&cells);
    assert!(shown.contains("task for ana, due ") && shown.contains("look at #bad-deploy"), "{shown}");
    desk.press(&["ctrl-u", "esc", "n"]);
    desk.model.timeline.scribe.set("@99 pods");
    let shown = text(&draw(&desk.model, &Theme::default(), (120, 36)).0);
    assert!(shown.contains("@99: not a time"), "{shown}");
}

#[test]
fn a_paste_of_lines_shows_each_as_what_it_becomes() {
    let mut desk = scene::incident();
    desk.press(&["n"]);
    desk.hear(Msg::Paste(
        "! roll back\n@13:58 first errors\nTODO bob in 10m check dns\n@99 odd\n".to_owned(),
    ));
    let (cells, screen) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("scribe_paste", &cells);
    assert_eq!(screen.caret, None);
}

#[test]
fn a_chosen_line_is_lit_with_lines_around_it_and_a_filter_stands_above() {
    let mut desk = scene::incident();
    desk.press(&["2", "k", "k", "k"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("timeline_chosen", &cells);
    desk.press(&["esc", "/", "type:kind:question"]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("timeline_filtered", &cells);
    assert!(screen.caret.is_some());
}
