//! What is said of an incident after its declaration: title, services, impact.

use super::form::{Choice, Form};
use super::model::Model;
use crate::incident::Intent;
use crate::incident::event::Fields;
use crate::incident::triage::Answer;

/// What can be set from the console; the command line sets more.
const TITLE: &str = "title";
const SERVICES: &str = "services";
const IMPACT: &str = "impact";
const PRIVATE: &str = "private";

/// The form, with what is said now beside each; the impact first, since it is seldom known at declaration.
pub fn form(model: &Model) -> Option<Form> {
    let incident = model.incident()?;
    let now = |said: &str| if said.is_empty() { "not said yet".to_owned() } else { format!("now: {said}") };
    let impact = now(incident.impact.as_deref().unwrap_or_default());
    let services = now(&incident.services.join(", "));
    Some(Form::fields([
        Choice::new(IMPACT, &impact),
        Choice::new(TITLE, &now(&incident.title)),
        Choice::new(SERVICES, &services),
        Choice::new(
            PRIVATE,
            if incident.private { "now: yes (write no to end it)" } else { "now: no (write yes)" },
        ),
    ]))
}

/// What is asked of the rules.
///
/// # Errors
/// Where there is nothing to set: an empty line takes nothing away.
pub fn intent(chosen: &str, written: String) -> Result<Intent, String> {
    if written.is_empty() {
        return Err("write what it is from now on".to_owned());
    }
    let set = match chosen {
        TITLE => Fields { title: Some(written), ..Fields::default() },
        SERVICES => Fields { services: Some(services(&written)), ..Fields::default() },
        PRIVATE => Fields { private: Some(written.parse::<Answer>()?.is_yes()), ..Fields::default() },
        _ => Fields { impact: Some(written), ..Fields::default() },
    };
    Ok(Intent::SetFields(set))
}

/// `checkout, cart` and `checkout cart` are two services.
fn services(written: &str) -> Vec<String> {
    let names = written.split([',', ' ']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
