//! The page of one SLO: opened, moved about in, left; and what its keys say where they make no sense.

use warroom::app::burn::detail::STEPS;
use warroom::app::burn::{Baseline, Range, Section};
use warroom::app::on_burn::BurnAct;
use warroom::app::{Action, action};

use crate::desk::{Desk, at, slo};
use crate::fleet::{fleet, tiles};

fn opened() -> Desk {
    let mut desk = fleet();
    desk.press(&["1", "enter"]);
    desk
}

fn why(desk: &Desk, wanted: BurnAct) -> Option<&'static str> {
    action::disabled(Action::Burn(wanted), &desk.model)
}

#[test]
fn enter_looks_into_the_selected_slo_and_esc_goes_back_to_its_row() {
    let mut desk = fleet();
    desk.press(&["1", "j", "j", "enter"]);
    assert_eq!(desk.model.burn.looked_into().map(|reading| reading.slo.as_str()), Some("mail-delivery"));
    desk.press(&["esc"]);
    assert!(desk.model.burn.looked_into().is_none());
    assert_eq!(desk.model.burn.selected().map(|reading| reading.slo.as_str()), Some("mail-delivery"));
}

#[test]
fn the_page_stays_with_its_slo_whatever_the_list_does() {
    let mut desk = opened();
    desk.wait(3_600);
    assert_eq!(
        desk.model.burn.looked_into().map(|reading| reading.slo.as_str()),
        Some("orders-availability")
    );
}

#[test]
fn a_page_whose_slo_is_gone_closes() {
    let mut desk = opened();
    desk.model.burn.evaluator.set_slos(vec![slo("other", "other", None)]);
    desk.wait(1);
    assert!(desk.model.burn.detail.is_none());
    assert_eq!(desk.model.burn.selected().map(|reading| reading.slo.as_str()), Some("other"));
}

#[test]
fn ranges_end_at_an_hour_and_at_thirty_days_and_hold_for_the_list_too() {
    let mut desk = fleet();
    desk.press(&["1", "["]);
    assert_eq!(desk.model.burn.range, Range::Hour);
    for range in [Range::SixHours, Range::Day, Range::Week, Range::Month, Range::Month] {
        desk.press(&["]"]);
        assert_eq!(desk.model.burn.range, range);
    }
    desk.press(&["enter", "["]);
    assert_eq!(desk.model.burn.range, Range::Week);
    let days: Vec<u64> = Range::ALL.iter().map(|range| range.length().as_secs() / 3_600).collect();
    assert_eq!(days, [1, 6, 24, 168, 720]);
}

#[test]
fn the_baseline_goes_from_none_to_yesterday_to_last_week() {
    let mut desk = opened();
    for expected in [Baseline::Yesterday, Baseline::LastWeek, Baseline::None] {
        desk.press(&["c"]);
        assert_eq!(desk.model.burn.detail.as_ref().map(|detail| detail.baseline), Some(expected));
    }
}

#[test]
fn the_cursor_appears_at_the_newest_step_stops_at_the_oldest_and_goes_off_past_the_newest() {
    let mut desk = opened();
    let back = |desk: &Desk| desk.model.burn.detail.as_ref().and_then(|detail| detail.back);
    desk.press(&["right"]);
    assert_eq!(back(&desk), None);
    desk.press(&["left"]);
    assert_eq!(back(&desk), Some(0));
    desk.press(&["left"; STEPS + 5]);
    assert_eq!(back(&desk), Some(STEPS - 1));
    desk.press(&["right"; STEPS]);
    assert_eq!(back(&desk), None);
}

#[test]
fn arrows_walk_through_the_sections_and_stop_at_both_ends() {
    let mut desk = opened();
    let section = |desk: &Desk| desk.model.burn.detail.as_ref().map(|detail| detail.section);
    desk.press(&["k"]);
    assert_eq!(section(&desk), Some(Section::Now));
    // This service has no signals, and a section without lines is passed over.
    for expected in Section::ALL.iter().skip(1).filter(|section| **section != Section::Signals) {
        desk.press(&["j"]);
        assert_eq!(section(&desk), Some(*expected));
    }
    desk.press(&["j"]);
    assert_eq!(section(&desk), Some(Section::Measurement));
    desk.press(&["g"]);
    assert_eq!(section(&desk), Some(Section::Now));
    desk.press(&["G"]);
    assert_eq!(section(&desk), Some(Section::Measurement));
}

#[test]
fn a_key_that_makes_no_sense_now_says_why() {
    let (list, page) = (fleet(), opened());
    for wanted in [BurnAct::Compare, BurnAct::LookBack, BurnAct::LookForward] {
        assert_eq!(why(&list, wanted), Some("that is for one SLO; enter looks into it"), "{wanted:?}");
        assert_eq!(why(&page, wanted), None, "{wanted:?}");
    }
    for wanted in [BurnAct::Filter, BurnAct::Order, BurnAct::ByService] {
        assert_eq!(why(&page, wanted), Some("that is for the list; esc goes back to it"), "{wanted:?}");
        assert_eq!(why(&list, wanted), None, "{wanted:?}");
    }
    assert_eq!(why(&list, BurnAct::Fold), Some("the list is not by service; press t"));
    assert_eq!(why(&Desk::of(Vec::new()), BurnAct::LookInto), Some("no SLO is selected"));
}

#[test]
fn esc_comes_back_to_the_row_that_was_looked_into_though_another_is_worse_by_now() {
    let mut desk = opened();
    desk.past(
        "auth-availability",
        at("14:00:00"),
        tiles(576, 1_000.0, |ago| if ago < 9 { 0.9 } else { 0.0 }),
    );
    desk.wait(1);
    desk.press(&["esc"]);
    assert!(desk.model.burn.list.at() > 0, "the worst is another one");
    assert_eq!(desk.model.burn.selected().map(|reading| reading.slo.as_str()), Some("orders-availability"));
}
