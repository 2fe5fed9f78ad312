//! Alerts from outside: what was told is not told again; what people do about them goes to the incident
//! they belong to.

use crate::incident::event::{AlertKeys, AlertNews, AlertsTaken, EventKind, NewEvent, SilenceMade};
use crate::incident::intent::RefusalKind;
use crate::incident::{AlertAsk, Incident, Refusal};

use super::{Case, Verdict, utc, words};

impl Case<'_> {
    pub(super) fn alert(&self, ask: &AlertAsk) -> Verdict {
        match ask {
            AlertAsk::Notice(news) => self.notice_alerts(news),
            AlertAsk::Acknowledge(taken) => self.acknowledge_alerts(taken),
            AlertAsk::Link(taken) => self.link_alerts(taken),
            AlertAsk::Silenced(made) => self.silenced(made),
            AlertAsk::Unsilenced(_) => Ok(vec![self.event(self.named()?.map(id), ask.kind())]),
        }
    }

    /// Only what is new of it; an incident that is closed by now is spared it.
    fn notice_alerts(&self, news: &AlertNews) -> Verdict {
        let book = &self.ledger.alerts;
        let is_new = |key: &&_| book.story(key).is_none_or(|story| !story.has_said(news.change));
        let alerts: AlertKeys = news.alerts.iter().filter(is_new).cloned().collect();
        let Some(first) = alerts.first() else {
            let why = format!("{}: {}: told already (nothing to do)", news.group.title(), news.change.word());
            return Err(Refusal { why, kind: RefusalKind::AlreadySaid });
        };
        let start = first.starts_at.timestamp_millis();
        let dedupe = format!("alerts:{}:{}:{start}", news.change.word(), first.fingerprint);
        let named = self.ask.incident.as_deref().and_then(|id| self.ledger.incident(id));
        let incident = named.filter(|incident| incident.closed_at.is_none()).map(id);
        let kind = EventKind::AlertsNoticed(AlertNews { alerts, ..news.clone() });
        Ok(vec![NewEvent { dedupe: Some(dedupe), ..self.event(incident, kind) }])
    }

    fn acknowledge_alerts(&self, taken: &AlertsTaken) -> Verdict {
        let book = &self.ledger.alerts;
        let taking = |key| book.story(key).and_then(|story| story.taken());
        let alerts: AlertKeys = taken.alerts.iter().filter(|key| taking(key).is_none()).cloned().collect();
        let name = taken.group.title();
        if alerts.is_empty() {
            let by = taken.alerts.first().and_then(taking);
            let by = by.map(|by| format!(" by {} at {}", by.by, utc(by.at))).unwrap_or_default();
            return Err(Refusal::not_allowed(format!(
                "alert: {name}: acknowledged already{by} (nothing to do)"
            )));
        }
        let linked = alerts.iter().find_map(|key| book.story(key)?.incident());
        let linked = linked.and_then(|id| self.ledger.incident(id)).filter(|one| one.closed_at.is_none());
        let of_service = || taken.service.as_deref().and_then(|service| self.ledger.open_on(service));
        let incident = self.named()?.or(linked).or_else(of_service).map(id);
        let taken = AlertsTaken { alerts, ..taken.clone() };
        Ok(vec![self.event(incident, EventKind::AlertsAcknowledged(taken))])
    }

    fn link_alerts(&self, taken: &AlertsTaken) -> Verdict {
        let incident = self.incident()?;
        let story = |key| self.ledger.alerts.story(key);
        let is_there = |key| story(key).and_then(|story| story.incident()) == Some(&incident.id);
        let alerts: AlertKeys = taken.alerts.iter().filter(|key| !is_there(key)).cloned().collect();
        if alerts.is_empty() {
            let name = taken.group.title();
            return Err(Refusal::not_allowed(format!(
                "alert: {name}: linked to {} already (nothing to do)",
                incident.id
            )));
        }
        Ok(self.one(incident, EventKind::AlertsLinked(AlertsTaken { alerts, ..taken.clone() })))
    }

    fn silenced(&self, made: &SilenceMade) -> Verdict {
        let comment = words("comment", &made.comment, "say why nobody is to be called: --comment WHY")?;
        let made = SilenceMade { comment, ..made.clone() };
        Ok(vec![self.event(self.named()?.map(id), EventKind::SilenceMade(made))])
    }

    /// The incident that the ask names; none where it names none.
    fn named(&self) -> Result<Option<&Incident>, Refusal> {
        self.ask.incident.as_ref().map(|_| self.incident()).transpose()
    }
}

fn id(incident: &Incident) -> &str {
    &incident.id
}
