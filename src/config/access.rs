//! The keys of `[[source]]` that let a request in: login, headers, tenant, certificates.
//!
//! Takes references to secrets; a secret that is written down is refused, and never repeated.

use super::{Access, HeaderText, Login, Secret};
use crate::text::fields::Fields;

pub(super) const KEYS: &[&str] = &[
    "bearer_token_file",
    "bearer_token_env",
    "basic_auth",
    "headers",
    "headers_env",
    "headers_file",
    "tenant",
    "ca_file",
];
/// Keys that people write secrets under; refused before the value can be shown anywhere.
const INLINE: &[&str] = &["bearer_token", "token", "password", "authorization", "bearer", "api_key"];
const WAY_OUT: &str = "use bearer_token_file = \"PATH\" or bearer_token_env = \"NAME\"";
/// The header by which Mimir, Loki's kin and some Thanos gateways tell tenants apart.
const TENANT: &str = "X-Scope-OrgID";
/// Parts of a header's name that say its value is a secret.
const SECRETIVE: &[&str] =
    &["authorization", "cookie", "token", "secret", "password", "api-key", "apikey", "access-key"];

pub(super) fn read(fields: &mut Fields<'_>) -> Access {
    refuse_inline_secrets(fields);
    let login = login(fields);
    let mut headers = headers(fields);
    if let Some(header) = tenant(fields, &headers) {
        headers.push(header);
    }
    if login != Login::None && headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        let key = if fields.has("headers_file") { "headers_file" } else { "headers_env" };
        fields.wrong(key, "bad-value", "Authorization is set by the login too", "keep one of them");
    }
    Access { login, headers, ca_file: fields.text("ca_file").map(str::to_owned) }
}

/// Every key that is known here, those that are refused too: they get a better word than "unknown".
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(INLINE).copied()
}

fn refuse_inline_secrets(fields: &mut Fields<'_>) {
    for key in INLINE.iter().filter(|key| fields.has(key)).copied().collect::<Vec<_>>() {
        fields.wrong(key, "inline-secret", "secrets are not written into this file", WAY_OUT);
    }
}

fn login(fields: &mut Fields<'_>) -> Login {
    let bearer = secret(fields, "bearer_token");
    let has_bearer = fields.has("bearer_token_file") || fields.has("bearer_token_env");
    if fields.has("basic_auth") && has_bearer {
        fields.wrong("basic_auth", "bad-value", "there is a bearer token too", "keep the login or the token");
    }
    match basic(fields) {
        Some(basic) => basic,
        None => bearer.map_or(Login::None, Login::Bearer),
    }
}

/// `basic_auth = { username, password_file | password_env }`.
fn basic(fields: &mut Fields<'_>) -> Option<Login> {
    if !fields.has("basic_auth") {
        return None;
    }
    if fields.is_text("basic_auth") {
        let way_out = "write basic_auth = { username = \"NAME\", password_file = \"PATH\" }";
        fields.wrong("basic_auth", "inline-secret", "secrets are not written into this file", way_out);
        return None;
    }
    let mut table = fields.table("basic_auth")?;
    if table.has("password") {
        let way_out = "use password_file = \"PATH\" or password_env = \"NAME\"";
        table.wrong("password", "inline-secret", "secrets are not written into this file", way_out);
    }
    table.only(&["username", "password", "password_file", "password_env"]);
    let username = table.need_text("username", "\"NAME\"").map(str::to_owned);
    let password = secret(&mut table, "password");
    if password.is_none() && !["password", "password_file", "password_env"].iter().any(|key| table.has(key)) {
        table.missing("password_file", "\"PATH\"");
    }
    let username = username?;
    if username.contains(':') {
        table.wrong("username", "bad-value", "holds a colon, which ends a user's name", "leave it out");
        return None;
    }
    Some(Login::Basic { username, password: password? })
}

/// `KEY_file` or `KEY_env`, not both.
pub(super) fn secret(fields: &mut Fields<'_>, key: &str) -> Option<Secret> {
    let (file, env) = (format!("{key}_file"), format!("{key}_env"));
    if fields.has(&file) && fields.has(&env) {
        let what = format!("the {} has two places", key.rsplit('_').next().unwrap_or(key));
        fields.wrong(&env, "bad-value", what, "keep the file or the variable");
    }
    if let Some(path) = fields.text(&file) {
        return Some(Secret::File(path.to_owned()));
    }
    variable(fields, &env)
}

fn variable(fields: &mut Fields<'_>, key: &str) -> Option<Secret> {
    let name = fields.text(key)?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        // The value is not shown: it may be the secret itself.
        let what = "is not the name of an environment variable";
        fields.wrong(key, "inline-secret", what, "write the variable's name, not its content");
        return None;
    }
    Some(Secret::Env(name.to_owned()))
}

/// The three tables of headers, the plain ones first.
fn headers(fields: &mut Fields<'_>) -> Vec<(String, HeaderText)> {
    let mut headers = Vec::new();
    for key in ["headers", "headers_env", "headers_file"] {
        if fields.is_text(key) {
            fields.wrong(key, "wrong-type", "is a text", format!("write {key} = {{ \"NAME\" = \"…\" }}"));
            continue;
        }
        let Some(mut table) = fields.table(key) else { continue };
        for name in table.keys().map(str::to_owned).collect::<Vec<_>>() {
            if let Some(header) = header(&mut table, key, &name, &headers) {
                headers.push(header);
            }
        }
    }
    headers
}

type Header = (String, HeaderText);

fn header(table: &mut Fields<'_>, key: &str, name: &str, known: &[Header]) -> Option<Header> {
    if !is_token(name) {
        table.wrong(name, "bad-value", "is no name of a header", "write letters, digits and -");
        return None;
    }
    if known.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
        table.wrong(name, "duplicate", "the header is there twice", "keep one of them");
        return None;
    }
    let text = match key {
        "headers_env" => HeaderText::Secret(variable(table, name)?),
        "headers_file" => HeaderText::Secret(Secret::File(table.text(name)?.to_owned())),
        _ => HeaderText::Plain(plain(table, name)?),
    };
    Some((name.to_owned(), text))
}

fn plain(table: &mut Fields<'_>, name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if SECRETIVE.iter().any(|part| lower.contains(part)) {
        let way_out = "use headers_env or headers_file";
        table.wrong(name, "inline-secret", "secrets are not written into this file", way_out);
        return None;
    }
    let text = table.text(name)?;
    if !is_header_text(text) {
        table.wrong(name, "bad-value", "holds what no header may hold", "write plain ASCII on one line");
        return None;
    }
    Some(text.to_owned())
}

fn tenant(fields: &mut Fields<'_>, headers: &[Header]) -> Option<Header> {
    let tenant = fields.text("tenant")?;
    if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(TENANT)) {
        fields.wrong("tenant", "duplicate", format!("headers has an {TENANT} too"), "keep one of them");
        return None;
    }
    if !is_header_text(tenant) {
        fields.wrong("tenant", "bad-value", "holds what no header may hold", "write plain ASCII on one line");
        return None;
    }
    Some((TENANT.to_owned(), HeaderText::Plain(tenant.to_owned())))
}

/// A name as HTTP takes it.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

fn is_header_text(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
}
