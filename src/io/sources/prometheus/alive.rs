//! Whether what an indicator counts is still there: an expression that is empty as soon as it is not.
//!
//! An increase over five minutes goes on for five minutes after its target has died. A plain selector is
//! empty with the next scrape, since Prometheus marks every series of a target that is gone. So the newest
//! tile is asked for under that condition; closed buckets, which are history, are not.

use super::promql::{aggregate, loosen_bounds, ranged_selectors};
use crate::slo::{Query, Sli};

/// What is counted now, by the labels of the groups; `None` where the query's text does not tell.
pub(super) fn alive(sli: &Sli, by: &[String]) -> Option<Alive> {
    match sli {
        Sli::Bad { total: query, .. }
        | Sli::Good { total: query, .. }
        | Sli::NativeLatency { histogram: query, .. }
        | Sli::Ratio { ratio: query, .. } => Alive::of(query, by),
        // The query is an instant one: each of its samples is one of now.
        Sli::Up { gauge: query } | Sli::Bound { value: query, .. } => match query {
            Query::Selector(_) => Alive::of(query, by),
            Query::PromQl(text) => (!text.contains("{{")).then(|| Alive::over(&[text], &[])),
        },
        Sli::Journey(_) => None,
    }
}

/// A condition to put behind a total.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alive {
    on: String,
    count: String,
}

impl Alive {
    /// PromQL may make labels of its own, so that only the whole of it is asked for; any of what it ranges
    /// over is enough, since what never happened has no series.
    fn of(query: &Query, by: &[String]) -> Option<Self> {
        match query {
            Query::Selector(text) => Some(Self::over(&[text.as_str()], by)),
            Query::PromQl(text) => {
                let selectors = ranged_selectors(text);
                let texts: Vec<&str> = selectors.iter().map(String::as_str).collect();
                (!texts.is_empty()).then(|| Self::over(&texts, &[]))
            }
        }
    }

    fn over(texts: &[&str], by: &[String]) -> Self {
        let (count, on) = (aggregate("count", by), aggregate("on", by));
        let on = if by.is_empty() { "on()".to_owned() } else { on.replacen("on by", "on", 1) };
        let counted = |text: &&str| format!("{count}(\n{}\n)", loosen_bounds(text));
        let any = texts.iter().map(counted).collect::<Vec<_>>().join(" or ");
        Self { on, count: any }
    }

    /// The same total, empty where nothing of it is there any more.
    pub(super) fn behind(&self, total: &str) -> String {
        format!("({total}) and {} ({})", self.on, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(sli: &Sli, by: &[&str]) -> Option<String> {
        let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
        let line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        alive(sli, &by).map(|alive| line(alive.behind("T")))
    }

    fn counted(total: &str) -> Sli {
        Sli::Bad { bad: Query::parse("e"), total: Query::parse(total) }
    }

    #[test]
    fn a_total_is_asked_for_as_long_as_its_series_are_there() {
        let cases = [
            (counted("r{a=\"b\"}"), &[][..], Some("(T) and on() (count( r{a=\"b\"} ))")),
            // Bounds are spelt as loosely as in the total itself, or a sound target would look dead.
            (counted("b{le=\"1\"}"), &[], Some("(T) and on() (count( b{le=~\"1([.]0)?\"} ))")),
            (counted("r"), &["zone", "route"], Some("(T) and on(zone, route) (count by(zone, route)( r ))")),
            (
                counted("sum(rate(r{a=\"]{\"}[{{.window}}])) + sum(rate(s [ {{ .window }} ] offset 1m))"),
                &["zone"],
                Some("(T) and on() (count( r{a=\"]{\"} ) or count( s offset 1m ))"),
            ),
            (counted("sum(rate((a + b)[{{.window}}:1m]))"), &[], None),
            (Sli::Up { gauge: Query::parse("up") }, &["job"], Some("(T) and on(job) (count by(job)( up ))")),
        ];
        for (sli, by, expected) in cases {
            assert_eq!(asked(&sli, by).as_deref(), expected, "{sli:?}");
        }
    }
}
