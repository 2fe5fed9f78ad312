//! Addresses with holes, to look at the logs and the traces of a service over a stretch of time.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::text::{Time, when};

/// The holes that are filled. `from` and `to` are RFC 3339, the others milliseconds since 1970.
const HOLES: [&str; 5] = ["service", "from", "to", "from_ms", "to_ms"];
/// What stands for itself anywhere in an address (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An address whose holes are known ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(String);

/// Why a text is no link: what is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLink {
    pub what: String,
    pub way_out: String,
}

impl Link {
    pub fn parse(text: &str) -> Result<Self, BadLink> {
        if !["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(bad("is no address to open", "write https://HOST/PATH"));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(bad("an address has no spaces or control characters in it", "write %20 for a space"));
        }
        for part in text.split("{{").skip(1) {
            let Some((hole, _)) = part.split_once("}}") else {
                return Err(bad("a {{ is never closed", "write {{service}}"));
            };
            if !HOLES.contains(&hole) {
                let way_out = format!("one of {{{{{}}}}}", HOLES.join("}}, {{"));
                return Err(bad(format!("{{{{{hole}}}}} is an unknown hole"), way_out));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The address for a service from one instant to another; what is filled in is percent-encoded.
    pub fn fill(&self, service: &str, from: Time, to: Time) -> String {
        let values = [
            service.to_owned(),
            when::rfc3339(from),
            when::rfc3339(to),
            from.timestamp_millis().to_string(),
            to.timestamp_millis().to_string(),
        ];
        HOLES.iter().zip(values).fold(self.0.clone(), |address, (hole, value)| {
            address.replace(&format!("{{{{{hole}}}}}"), &utf8_percent_encode(&value, ESCAPED).to_string())
        })
    }
}

fn bad(what: impl Into<String>, way_out: impl Into<String>) -> BadLink {
    BadLink { what: what.into(), way_out: way_out.into() }
}
