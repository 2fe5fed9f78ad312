//! Answers as servers write them, and as nobody should.

use super::*;
use crate::text::Time;

fn run(tiles: usize) -> Run {
    Run { end: Time::from_timestamp(1_700_000_100, 0).expect("a time"), tiles }
}

fn read_text(text: &str) -> Body {
    read(text.as_bytes(), run(3)).expect("an answer")
}

#[test]
fn series_land_on_their_legs_labels_and_tiles() {
    let body = read_text(
        r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"warroom":"7","zone":"b","route":"/pay"},"values":[[1699999500,"1"],[1700000100,"2.5e3"]]},
            {"values":[[1699999800.001,"NaN"],[1700000100,"+Inf"]],"metric":{},"histograms":[[1,{"count":"1"}]]}
        ]},"infos":["PromQL info: x"],"stats":{"a":[1]},"isPartial":true}"#,
    );
    assert!(body.is_success && body.is_partial);
    assert_eq!(body.infos, ["PromQL info: x"]);
    let columns = body.columns.expect("columns");
    let labels = [("route", "/pay"), ("zone", "b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(
        columns[0],
        Column { leg: 7, labels: labels.to_vec(), values: vec![Some(1.0), None, Some(2_500.0)] }
    );
    assert_eq!((columns[1].leg, columns[1].labels.len()), (0, 0));
    assert!(columns[1].values[1].is_some_and(f64::is_nan));
    assert_eq!(columns[1].values[2], Some(f64::INFINITY));
}

#[test]
fn points_in_any_order_twice_or_off_the_run_are_tolerated() {
    let body = read_text(
        r#"{"status":"success","data":{"result":[{"metric":{},"values":
            [[1700000100,"3"],[1699999500,"1"],[1700000100,"4"],[1699999200,"9"],[1700000400,"9"],[1699999800,"junk"]]}]}}"#,
    );
    let values = &body.columns.expect("columns")[0].values;
    assert_eq!((values[0], values[2]), (Some(1.0), Some(4.0)), "the later word of two counts");
    assert!(values[1].is_some_and(f64::is_nan), "what nobody can read is no number");
}

#[test]
fn errors_come_with_and_without_data() {
    for data in ["", r#""data":null,"#, r#""data":{},"#, r#""data":{"resultType":"matrix","result":[]},"#] {
        let body = read_text(&format!(r#"{{"status":"error",{data}"errorType":"bad_data","error":"no"}}"#));
        assert!(!body.is_success, "{data}");
        assert_eq!(
            (body.error_type.as_deref(), body.error.as_deref()),
            (Some("bad_data"), Some("no")),
            "{data}"
        );
    }
}

#[test]
fn what_is_no_answer_is_an_error_and_never_a_panic() {
    let whole = r#"{"status":"success","data":{"result":[{"metric":{"a":"b"},"values":[[1,"2"]]}]}}"#;
    for cut in 0..whole.len() {
        assert!(read(&whole.as_bytes()[..cut], run(3)).is_err(), "{cut}");
    }
    for text in ["[]", "null", "7", r#"{"status":1}"#, r#"{"status":"success","data":[]}"#, "{} {}"] {
        assert!(read(text.as_bytes(), run(3)).is_err(), "{text}");
    }
}
