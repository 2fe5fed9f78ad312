//! Addresses of sources: http or https, a host, no credentials. Looks only, never connects.

/// What an address is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// Paths are added to it, so nothing may follow the path.
    Server,
    /// Fetched as it stands.
    Endpoint,
}

/// What is wrong with an address, and the way out. Never repeats credentials.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) what: String,
    pub(super) way_out: String,
}

impl Flaw {
    fn new(what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { what: what.into(), way_out: way_out.into() }
    }

    pub(super) fn twice() -> Self {
        Self::new("the address is there twice", "keep one: two scrapes of a counter would be counted twice")
    }
}

pub(super) fn check(url: &str, base: Base) -> Result<(), Flaw> {
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Flaw::new("an address has no spaces or control characters in it", "take them out"));
    }
    let rest = after_scheme(url)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let tail = rest.get(authority.len()..).unwrap_or_default();
    check_authority(authority)?;
    if base == Base::Server && tail.contains('?') {
        return Err(Flaw::new("a server's address ends with its path", "leave out everything from ? on"));
    }
    if tail.contains('#') {
        return Err(Flaw::new("a server never sees what follows #", "leave it out"));
    }
    Ok(())
}

/// Host and port of an address that was checked, in lower case.
pub(super) fn host(url: &str) -> Option<String> {
    let authority = after_scheme(url).ok()?.split(['/', '?', '#']).next()?;
    (!authority.is_empty()).then(|| authority.to_ascii_lowercase())
}

fn after_scheme(url: &str) -> Result<&str, Flaw> {
    let Some((scheme, rest)) = url.split_once("://") else {
        let way_out = if url.contains('@') {
            "write http:// before it".to_owned()
        } else {
            format!("write http://{url}")
        };
        return Err(Flaw::new("an address starts with http:// or https://", way_out));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => Ok(rest),
        _ => Err(Flaw::new(format!("{scheme}:// is not spoken here"), "use http:// or https://")),
    }
}

fn check_authority(authority: &str) -> Result<(), Flaw> {
    if authority.contains('@') {
        let way_out = "take them out; use basic_auth, bearer_token_file or bearer_token_env";
        return Err(Flaw::new("credentials are not written into an address", way_out));
    }
    let (host, port) = split_port(authority);
    if host.is_empty() || host == "[]" {
        return Err(Flaw::new("the address names no host", "write http://HOST:PORT"));
    }
    if !host.chars().all(|c| c.is_alphanumeric() || "-._[]:%".contains(c)) {
        return Err(Flaw::new(format!("{host:?} is no host"), "write a name or an IP address"));
    }
    match port.map(str::parse::<u16>) {
        None | Some(Ok(1..)) => Ok(()),
        Some(_) => Err(Flaw::new("the port is no number from 1 to 65535", "write http://HOST:PORT")),
    }
}

/// `[::1]:9090` keeps its brackets; a colon inside them starts no port.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let end_of_host = authority.rfind(']').map_or(0, |at| at + 1);
    match authority.get(end_of_host..).and_then(|rest| rest.find(':')) {
        Some(at) => {
            let colon = end_of_host + at;
            (authority.get(..colon).unwrap_or_default(), authority.get(colon + 1..))
        }
        None => (authority, None),
    }
}
