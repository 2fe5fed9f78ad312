//! Which room may use which.

use super::paths::paths;
use super::tree::{Breach, Source};

/// The rooms from left to right. Those of one column know nothing of one another.
const HOUSE: [&[&str]; 10] = [
    &["text"],
    &["slo"],
    &["incident"],
    &["runbook", "postmortem", "report", "decision"],
    &["config"],
    &["app"],
    &["tui"],
    &["io"],
    &["cli"],
    &["main"],
];

/// Every path of a file that leads to a room it may not use.
pub fn breaches(source: &Source) -> Vec<Breach> {
    let Some(room) = source.room() else { return Vec::new() };
    let Some(column) = column(room) else {
        let what = format!("`{room}` is no room of the house");
        return vec![source.at(1, what, "put it into a room, or add the room to HOUSE and ARCHITECTURE.md")];
    };
    let module = source.module();
    let judge = |path: super::paths::Path| {
        let names = path.rooted(&module)?;
        let used = names.first().map_or("*", String::as_str);
        let (what, way_out) = fault((room, column), used)?;
        Some(source.at(path.line, what, way_out))
    };
    paths(&source.code).into_iter().filter_map(judge).collect()
}

fn column(room: &str) -> Option<usize> {
    HOUSE.iter().position(|rooms| rooms.contains(&room))
}

/// What is wrong with a room using another, and the way out.
fn fault((room, here): (&str, usize), used: &str) -> Option<(String, &'static str)> {
    let Some(there) = column(used) else {
        let what = format!("`{room}` names `{used}` of the crate, which is no room");
        return Some((what, "name the room: use crate::ROOM::Thing"));
    };
    let (relation, way_out) = match there {
        _ if used == room => return None,
        _ if there < here => return None,
        _ if there == here => {
            ("beside it", "take the data as an argument, or move what both need to the left")
        }
        _ => ("to its right", "pass the data in as an argument, or move what both need to the left"),
    };
    Some((format!("`{room}` uses `{used}`, a room {relation}"), way_out))
}

#[cfg(test)]
mod tests {
    use super::breaches;
    use crate::architecture::tree::Source;

    fn told(path: &str, code: &str) -> Vec<String> {
        let source = Source { path: path.to_owned(), text: String::new(), code: code.to_owned() };
        breaches(&source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rooms_to_the_left_and_the_room_itself_may_be_used() {
        let code =
            "use crate::text::when;\nuse crate::{slo::Slo, incident::Role};\nuse super::ledger::Ledger;\n";
        assert_eq!(told("src/incident/state.rs", code), Vec::<String>::new());
        assert_eq!(told("src/main.rs", "fn main() { warroom::cli::main() }"), Vec::<String>::new());
    }

    #[test]
    fn a_room_to_the_right_or_beside_is_a_breach() {
        let cases = [
            ("src/slo/burn.rs", "use crate::{text, io::clock};", "`slo` uses `io`, a room to its right"),
            ("src/slo/burn.rs", "fn f(x: crate::app::Model) {}", "`slo` uses `app`, a room to its right"),
            ("src/slo.rs", "use super::tui;", "`slo` uses `tui`, a room to its right"),
            (
                "src/runbook/walk.rs",
                "use crate::postmortem;",
                "`runbook` uses `postmortem`, a room beside it",
            ),
            ("src/slo/burn.rs", "use crate::*;", "`slo` names `*` of the crate, which is no room"),
            ("src/helpers.rs", "", "`helpers` is no room of the house"),
        ];
        for (path, code, expected) in cases {
            let told = told(path, code);
            let [only] = told.as_slice() else { panic!("{code}: {told:?}") };
            assert!(only.starts_with(&format!("{path}:1: {expected} (")), "{only}");
        }
    }
}
