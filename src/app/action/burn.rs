//! The actions on the list of SLOs and the page of one.

use super::{Action, Row, row};
use crate::app::model::Pane;
use crate::app::on_burn::BurnAct;

const fn act(act: BurnAct, name: &'static str, label: &'static str, help: &'static str) -> Row {
    row(Action::Burn(act), name, label, help).within(Pane::Burn)
}

pub(super) const LOOK_INTO: Row =
    act(BurnAct::LookInto, "look-into", "details", "look into the selected SLO; esc goes back to the list")
        .keys(&["enter"])
        .footer(3);
pub(super) const FILTER: Row = act(
    BurnAct::Filter,
    "filter",
    "filter",
    "show only SLOs that hold the words: id, service, owner, label, state",
)
.keys(&["/"])
.footer(4);
pub(super) const ORDER: Row =
    act(BurnAct::Order, "order", "order", "order SLOs another way: worst, budget, burn, name, service")
        .keys(&["S"])
        .footer(5);
pub(super) const BY_SERVICE: Row =
    act(BurnAct::ByService, "by-service", "by service", "group SLOs by service, and back")
        .keys(&["t"])
        .footer(6);
pub(super) const FOLD: Row =
    act(BurnAct::Fold, "fold", "fold", "fold or unfold the selected service").keys(&["space"]).footer(7);
pub(super) const FOLD_ALL: Row =
    act(BurnAct::FoldAll, "fold-all", "fold all", "fold every service, or unfold every one").keys(&["f"]);
pub(super) const RANGE_SHORTER: Row =
    act(BurnAct::RangeShorter, "shorter", "shorter", "charts over a shorter time: 30d, 7d, 1d, 6h, 1h")
        .keys(&["["])
        .footer(8);
pub(super) const RANGE_LONGER: Row =
    act(BurnAct::RangeLonger, "longer", "longer", "charts over a longer time: 1h, 6h, 1d, 7d, 30d")
        .keys(&["]"])
        .footer(9);
pub(super) const COMPARE: Row =
    act(BurnAct::Compare, "compare", "compare", "draw yesterday or last week behind the chart")
        .keys(&["c"])
        .footer(10);
pub(super) const LOOK_BACK: Row =
    act(BurnAct::LookBack, "look-back", "look back", "move the chart's cursor towards the past")
        .keys(&["left"])
        .footer(11);
pub(super) const LOOK_FORWARD: Row =
    act(BurnAct::LookForward, "look-forward", "look forward", "move the chart's cursor towards now")
        .keys(&["right"]);
