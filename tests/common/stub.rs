//! The Prometheus API as a stub server sees it: a query over a range, one leg or many, and its answer.

/// A `query_range` request, from its target or its posted form.
#[derive(Debug, Clone)]
pub struct Asked {
    pub query: String,
    pub start: f64,
    pub end: f64,
    pub step: f64,
}

impl Asked {
    pub fn of(target: &str) -> Self {
        let (_, query) = target.split_once('?').expect("a query string");
        let value = |name: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            decode(found.expect(name))
        };
        let number = |name: &str| value(name).parse().expect("a number");
        Self { query: value("query"), start: number("start"), end: number("end"), step: number("step") }
    }

    /// Instants that it asks for.
    pub fn tiles(&self) -> usize {
        ((self.end - self.start) / self.step).round() as usize + 1
    }

    /// The expressions of a batch, in their order; one where it is none.
    pub fn legs(&self) -> Vec<String> {
        let Some(batch) = self.query.strip_prefix("label_replace(\n") else {
            return vec![self.query.clone()];
        };
        let legs = batch.split("\nor label_replace(\n").enumerate();
        let expression = |(at, leg): (usize, &str)| {
            let end = format!("\n, \"warroom\", \"{at}\", \"\", \"\")");
            leg.strip_suffix(&end).expect("a leg of a batch").to_owned()
        };
        legs.map(expression).collect()
    }

    /// A correct answer in which each leg is one series that has the same value all along; a leg
    /// without a value has no series.
    pub fn answer(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let legs = self.legs();
        let series = legs.iter().enumerate().filter_map(|(at, leg)| {
            let label = if legs.len() > 1 { format!("\"warroom\":\"{at}\"") } else { String::new() };
            Some(format!("{{\"metric\":{{{label}}},\"values\":[{}]}}", self.points(&value(leg)?)))
        });
        matrix(&format!("[{}]", series.collect::<Vec<_>>().join(",")))
    }

    fn points(&self, value: &str) -> String {
        let point = |at: usize| format!("[{:.3},\"{value}\"]", self.start + at as f64 * self.step);
        (0..self.tiles()).map(point).collect::<Vec<_>>().join(",")
    }
}

/// A whole answer around its `result`.
pub fn matrix(result: &str) -> String {
    format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":{result}}}}}")
}

/// Percent-decoded, as forms and query strings are.
fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = [bytes.next().expect("a digit"), bytes.next().expect("a digit")];
                let digits = std::str::from_utf8(&digits).expect("ASCII").to_owned();
                out.push(u8::from_str_radix(&digits, 16).expect("hexadecimal"));
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).expect("UTF-8")
}
