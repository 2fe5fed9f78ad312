//! A declaration of which only the title and the service matter.

use warroom::incident::{Intent, Severity};

pub fn declare(title: &str, service: &str) -> Intent {
    Intent::Declare {
        title: title.to_owned(),
        severity: Severity::Sev2,
        services: vec![service.to_owned()],
        ic: None,
        drill: false,
        private: false,
        found: None,
    }
}
