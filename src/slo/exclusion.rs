//! Stretches of time that were agreed not to count: planned maintenance, deploy windows.

use super::series::Span;
use crate::text::Time;

/// What a stretch was planned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planned {
    Maintenance,
    Deploy,
}

impl Planned {
    pub fn word(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Deploy => "deploy",
        }
    }
}

/// A planned stretch of a service's time, open at its start, closed at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    pub service: String,
    pub from: Time,
    pub to: Time,
    pub kind: Planned,
    /// What for, in its planner's words.
    pub why: String,
}

impl Exclusion {
    fn span(&self) -> Span {
        Span { from: self.from.timestamp_millis(), to: self.to.timestamp_millis() }
    }

    fn reason(&self) -> String {
        let kind = self.kind.word();
        if self.why.is_empty() { kind.to_owned() } else { format!("{kind}: {}", self.why) }
    }
}

/// All that was planned for one service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Excluded {
    /// As planned, by their start.
    planned: Vec<(Span, String)>,
    /// The same time, sorted, nothing twice.
    spans: Vec<Span>,
}

impl Excluded {
    /// What is planned for a service; stretches that end before they begin are none.
    pub fn of(exclusions: &[Exclusion]) -> Self {
        let own = exclusions.iter().filter(|exclusion| exclusion.from < exclusion.to);
        let mut planned: Vec<_> = own.map(|exclusion| (exclusion.span(), exclusion.reason())).collect();
        planned.sort_by_key(|(span, _)| (span.from, span.to));
        let spans = merged(planned.iter().map(|(span, _)| *span));
        Self { planned, spans }
    }

    /// Why the moment does not count, if it does not.
    pub fn why(&self, at: i64) -> Option<&str> {
        self.within(Span { from: at - 1, to: at }).next()?;
        let holds = |(span, _): &&(Span, String)| span.from < at && at <= span.to;
        self.planned.iter().find(holds).map(|(_, why)| why.as_str())
    }

    /// What of a stretch is left out, in order.
    pub fn within(&self, span: Span) -> impl Iterator<Item = Span> + '_ {
        let first = self.spans.partition_point(|out| out.to <= span.from);
        let touching = self.spans.iter().skip(first).take_while(move |out| out.from < span.to);
        touching.map(move |out| Span { from: out.from.max(span.from), to: out.to.min(span.to) })
    }

    /// Whether any of a stretch is left out.
    pub fn touches(&self, span: Span) -> bool {
        self.within(span).next().is_some()
    }

    /// Milliseconds of a stretch that are left out.
    pub fn millis(&self, span: Span) -> i64 {
        self.within(span).map(|out| out.to - out.from).sum()
    }

    /// The stretch before `end` that holds `width` milliseconds which do count. It reaches back by as much
    /// as is left out, so that after an hour of maintenance an hour's window holds an hour of service, and
    /// the first failing request does not fill it.
    pub fn window(&self, end: i64, width: i64) -> Span {
        let (mut to, mut left) = (end, width);
        let started = self.spans.partition_point(|out| out.from < end);
        for out in self.spans.iter().take(started).rev() {
            let counted = (to - out.to).max(0);
            if counted >= left {
                break;
            }
            left -= counted;
            to = out.from;
        }
        Span { from: to.saturating_sub(left), to: end }
    }
}

fn merged(sorted: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for span in sorted {
        match spans.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => spans.push(span),
        }
    }
    spans
}
