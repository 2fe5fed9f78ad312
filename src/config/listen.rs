//! `[listen]`: where other systems post changes and alerts to.

use core::net::SocketAddr;

use super::Secret;
use super::access::secret;
use crate::text::fields::Fields;

const KEYS: &[&str] = &["address", "token_file", "token_env"];
const INLINE: &str = "token";

/// Where posts are taken, and what lets them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    pub address: SocketAddr,
    /// Wanted on every address but the machine's own.
    pub token: Option<Secret>,
}

impl Listen {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut String> {
        self.token.iter_mut().filter_map(Secret::path)
    }
}

pub(super) fn read(root: &mut Fields<'_>) -> Option<Listen> {
    let mut table = root.table("listen")?;
    if table.has(INLINE) {
        let way_out = "use token_file = \"PATH\" or token_env = \"NAME\"";
        table.wrong(INLINE, "inline-secret", "secrets are not written into this file", way_out);
    }
    table.only(&[KEYS, &[INLINE]].concat());
    let token = secret(&mut table, "token");
    let written = table.need_text("address", "\"127.0.0.1:9095\"")?;
    let Ok(address) = written.parse::<SocketAddr>() else {
        let what = format!("{written}: is no address with a port");
        table.wrong("address", "bad-value", what, "write \"127.0.0.1:9095\"");
        return None;
    };
    if !address.ip().is_loopback() && token.is_none() {
        let what = format!("{written}: others can reach it, and there is no token");
        table.wrong("address", "no-token", what, "add token_file = \"PATH\", or listen on 127.0.0.1");
        return None;
    }
    Some(Listen { address, token })
}
