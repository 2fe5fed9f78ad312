//! Answers of the Prometheus API read in one pass: no tree, no text per number, straight into columns.
//!
//! Reads what Prometheus, Thanos, Mimir and `VictoriaMetrics` write; judges nothing.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::plan::{Run, WIDTH_S};

/// The label that tells the legs of a batch apart.
pub(super) const LEG: &str = "warroom";

/// The envelope of every answer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Body {
    pub(super) is_success: bool,
    pub(super) columns: Option<Vec<Column>>,
    pub(super) error: Option<String>,
    pub(super) error_type: Option<String>,
    pub(super) warnings: Vec<String>,
    pub(super) infos: Vec<String>,
    /// `VictoriaMetrics` says so when a part of its storage did not answer.
    pub(super) is_partial: bool,
}

/// One series of an answer on the grid of its run.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Column {
    /// Which leg of a batch it answers; 0 where the query was sent alone.
    pub(super) leg: usize,
    /// Its labels, without the one that names the leg.
    pub(super) labels: Vec<(String, String)>,
    /// One value a tile, as many as the run has; `None` where the server has no sample.
    pub(super) values: Vec<Option<f64>>,
}

/// Reads an answer to a query over `run`.
pub(super) fn read(body: &[u8], run: Run) -> Result<Body, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let body = Reader(run).deserialize(&mut json)?;
    json.end()?;
    Ok(body)
}

/// Reads one part of an answer to a query over a run.
struct Reader(Run);

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Body;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Body, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Body;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of the Prometheus API")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let mut body = Body::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Status => body.is_success = map.next_value::<String>()? == "success",
                Key::Data => body.columns = map.next_value_seed(Data(self.0))?,
                Key::Error => body.error = map.next_value()?,
                Key::ErrorType => body.error_type = map.next_value()?,
                Key::Warnings => body.warnings = map.next_value::<Option<_>>()?.unwrap_or_default(),
                Key::Infos => body.infos = map.next_value::<Option<_>>()?.unwrap_or_default(),
                Key::IsPartial => body.is_partial = map.next_value()?,
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(body)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Status,
    Data,
    Error,
    ErrorType,
    Warnings,
    Infos,
    IsPartial,
    #[serde(other)]
    Other,
}

/// `data`, which is null or missing where there is an error.
struct Data(Run);

impl<'de> DeserializeSeed<'de> for Data {
    type Value = Option<Vec<Column>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Data {
    type Value = Option<Vec<Column>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a matrix")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut columns = None;
        while let Some(key) = map.next_key::<DataKey>()? {
            match key {
                DataKey::Result => columns = Some(map.next_value_seed(Columns(self.0))?),
                DataKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(columns)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum DataKey {
    Result,
    #[serde(other)]
    Other,
}

struct Columns(Run);

impl<'de> DeserializeSeed<'de> for Columns {
    type Value = Vec<Column>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Columns {
    type Value = Vec<Column>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of series")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut columns = Vec::new();
        while let Some(column) = seq.next_element_seed(Series(self.0))? {
            columns.push(column);
        }
        Ok(columns)
    }
}

/// One series: `{"metric":{…},"values":[[t,"v"],…]}`. Native histograms stand under another key and are
/// passed over: nothing that is asked for is one.
struct Series(Run);

impl<'de> DeserializeSeed<'de> for Series {
    type Value = Column;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Column, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Series {
    type Value = Column;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Column, A::Error> {
        let mut column = Column { values: vec![None; self.0.tiles], ..Column::default() };
        while let Some(key) = map.next_key::<SeriesKey>()? {
            match key {
                SeriesKey::Metric => column.name(map.next_value()?),
                SeriesKey::Values => {
                    map.next_value_seed(Values { run: self.0, values: &mut column.values })?;
                }
                SeriesKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(column)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum SeriesKey {
    Metric,
    Values,
    #[serde(other)]
    Other,
}

impl Column {
    fn name(&mut self, mut labels: HashMap<String, String>) {
        self.leg = labels.remove(LEG).and_then(|leg| leg.parse().ok()).unwrap_or(0);
        self.labels = labels.into_iter().collect();
        self.labels.sort_unstable();
    }
}

/// Places points on the grid. Order does not matter, and of two at one instant the last one counts.
struct Values<'a> {
    run: Run,
    values: &'a mut [Option<f64>],
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let start = self.run.start().timestamp_millis() as f64 / 1e3;
        while let Some((at, Number(value))) = seq.next_element::<(f64, Number)>()? {
            let tile = ((at - start) / WIDTH_S as f64).round();
            let place = (tile >= 0.0).then(|| self.values.get_mut(tile as usize)).flatten();
            if let Some(place) = place {
                *place = Some(value);
            }
        }
        Ok(())
    }
}

/// A number in quotes. What the server writes and nobody can read is as good as NaN.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_str(Quoted)
    }
}

struct Quoted;

impl Visitor<'_> for Quoted {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number in quotes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        Ok(Number(text.parse().unwrap_or(f64::NAN)))
    }
}

#[cfg(test)]
mod tests;
