//! Columns to samples: groups, absences, partial data.

use std::sync::Arc;
use std::time::Duration;

use super::super::api::{Completeness, Said};
use super::*;
use crate::slo::{Indicator, Method, Query, Sli, Tile};
use crate::text::Time;

fn question(by: &[&str]) -> Question {
    let asked = Indicator {
        id: "web".to_owned(),
        sli: Sli::Bad { bad: Query::parse("sum(rate(e[{{.window}}]))"), total: Query::parse("r") },
        method: Method::Occurrences,
        by: by.iter().map(|name| (*name).to_owned()).collect(),
        source: None,
        history: Duration::from_hours(1),
    };
    Question::new(&asked, Duration::from_secs(15)).expect("a question")
}

fn column(labels: &[(&str, &str)], value: f64) -> Column {
    let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Column { leg: 0, labels, values: vec![Some(value)] }
}

type Answer = Result<Leg, Failure>;
type Rows = Vec<(String, Vec<Option<Tile>>)>;

fn leg(columns: Vec<Column>) -> Leg {
    Leg { columns, ..Leg::default() }
}

fn ask(question: &Question, part: &Answer, total: &Answer) -> Result<Rows, Failure> {
    let run = Run { end: Time::UNIX_EPOCH, tiles: 1 };
    let samples = samples(question, run, &Both { part, total })?;
    let tiles = |(subject, sample): (Subject, Sample)| match sample {
        Sample::Tiles { tiles, .. } => (subject.to_string(), tiles),
        other => panic!("tiles expected: {other:?}"),
    };
    Ok(samples.into_iter().map(tiles).collect())
}

#[test]
fn each_group_of_the_total_is_an_answer_and_a_missing_label_is_empty() {
    let question = question(&["route"]);
    let total =
        leg(vec![column(&[("route", "/a")], 600.0), column(&[("route", "/b")], 300.0), column(&[], 5.0)]);
    let part = leg(vec![column(&[("route", "/b")], 0.5), column(&[("route", "/gone")], 1.0)]);
    let found = ask(&question, &Ok(part), &Ok(total)).expect("samples");
    let tile = |part, total| vec![Some(Tile { part, total })];
    let expected = [
        ("web{route=\"\"}", tile(0.0, 5.0)),
        ("web{route=\"/a\"}", tile(0.0, 600.0)),
        ("web{route=\"/b\"}", tile(150.0, 300.0)),
    ];
    assert_eq!(found, expected.map(|(id, tiles)| (id.to_owned(), tiles)));
}

#[test]
fn absent_parts_are_zero_and_absent_totals_are_not_observed() {
    let question = question(&[]);
    let (some, none) = (Ok(leg(vec![column(&[], 10.0)])), Ok(leg(Vec::new())));
    let tile = |part, total| vec![("web".to_owned(), vec![Some(Tile { part, total })])];
    assert_eq!(ask(&question, &none, &some), Ok(tile(0.0, 10.0)));
    assert_eq!(ask(&question, &some, &none), Ok(vec![("web".to_owned(), vec![None])]));
    let nobody = ask(&super::tests::question(&["route"]), &none, &none).expect_err("no group");
    assert!(nobody.why().starts_with("total: the source has no recent samples of it"), "{}", nobody.why());
}

#[test]
fn a_failure_names_its_query() {
    let question = question(&[]);
    let some = Ok(leg(vec![column(&[], 10.0)]));
    let refused = Err(Failure::Refused("bad_data: no".to_owned()));
    assert_eq!(
        ask(&question, &refused, &some).map_err(|failure| failure.why().to_owned()),
        Err("bad query: bad_data: no".to_owned())
    );
    assert_eq!(
        ask(&question, &some, &refused).map_err(|failure| failure.why().to_owned()),
        Err("total query: bad_data: no".to_owned())
    );
}

#[test]
fn partial_data_is_counted_only_where_it_is_accepted() {
    let question = question(&[]);
    let some = Ok(leg(vec![column(&[], 10.0)]));
    let of = |data| {
        let said = Arc::new(Said { warnings: Vec::new(), data });
        ask(&question, &Ok(Leg { columns: vec![column(&[], 1.0)], said }), &some)
    };
    let gone = "store-3 is gone".to_owned();
    let why = of(Completeness::Refused(gone.clone())).expect_err("partial").why().to_owned();
    assert!(why.starts_with("partial data, not counted: store-3 is gone (what did not answer "), "{why}");
    let counted = of(Completeness::Accepted(gone));
    assert_eq!(counted, Ok(vec![("web".to_owned(), vec![Some(Tile { part: 300.0, total: 10.0 })])]));
}
