//! A source's bearer token: read from where the configuration says it lies, held in memory only.

use std::env;
use std::fs;

use crate::config::Secret;

/// The token, without the line end that editors leave behind.
///
/// # Errors
/// Where it lies and why it could not be read; never any of its text.
pub(super) fn read(secret: &Secret) -> Result<String, String> {
    let (place, read) = match secret {
        Secret::File(path) => (path, fs::read_to_string(path).map_err(|error| error.to_string())),
        Secret::Env(name) => (name, env::var(name).map_err(|error| error.to_string())),
    };
    let token = read.map_err(|why| format!("bearer token: {place}: {why}"))?.trim().to_owned();
    if token.is_empty() || token.contains(|c: char| c.is_control() || !c.is_ascii()) {
        return Err(format!("bearer token: {place}: empty, or holds what no header may hold"));
    }
    Ok(token)
}
