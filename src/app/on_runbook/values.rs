//! What placeholders of a walk are filled with, and what is asked for.

use crate::app::form::{Form, Popup, Purpose};
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::app::on_run;
use crate::runbook::placeholder::Values;

/// The question for one value.
pub fn ask_for(model: &Model, name: &str) -> Form {
    let open = model.runbook.open.as_ref();
    Form::placeholder(name, open.and_then(|open| open.runbook.meta(&format!("values.{name}"))))
}

/// A piece of a command is never typed in, so that asking for it would ask for ever.
pub fn refuse_unset(model: &mut Model, name: &str) {
    let service = model.incident().and_then(|incident| incident.services.first().cloned());
    let table = service.map_or_else(|| "values.SERVICE".to_owned(), |service| format!("values.{service}"));
    let text =
        format!("not run: {name} is not configured (set it under [{table}], or x or - past this step)");
    model.notices.say(model.now, Tone::Warning, text);
}

/// An answer to a placeholder, kept for the walk; then the next question, or the confirmation.
pub fn fill(model: &mut Model, name: String, value: String) {
    if let Some(open) = &mut model.runbook.open {
        open.answers.insert(name.clone(), value);
    }
    on_run::ask_to_run(model);
    let again = Purpose::Placeholder { name };
    if let Some(Popup::Form(form)) = &mut model.popup
        && form.purpose == again
    {
        form.refused = Some("empty, or not safe in this place (no leading -, no spaces or signs)".to_owned());
    }
}

/// Words of the runbook with the placeholders in them named, as far as they are known. For reading only.
pub fn spoken(model: &Model, text: &str) -> String {
    let Values { trusted, other } = values(model);
    let known = trusted.iter().chain(&other);
    known.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// What placeholders are filled from: trusted configuration, then the incident, then answers.
pub fn values(model: &Model) -> Values {
    let incident = model.incident();
    let service = incident.and_then(|incident| incident.services.first().cloned());
    let trusted = service.as_ref().and_then(|service| model.setting.values.get(service)).cloned();
    let mut other = model.runbook.answers().clone();
    if let Some(service) = service {
        other.entry("service".to_owned()).or_insert(service);
    }
    if let Some(incident) = incident {
        other.entry("incident".to_owned()).or_insert_with(|| incident.id.clone());
    }
    Values { trusted: trusted.unwrap_or_default(), other }
}
