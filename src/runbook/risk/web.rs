//! What a web client's flags say it does to the other side, and to our disk.

use crate::runbook::step::Risk;

/// Short flags of curl with a value.
const CURL_VALUES: &str = "XdFToHuAebcmwxKEQrtyYzC";
/// Long flags of curl that send a body.
const CURL_BODIES: &[&str] = &["--data", "--form", "--json", "--upload-file", "--url-query"];

/// What curl was asked for.
#[derive(Default)]
struct Request {
    /// Of several requests in one call, the worst.
    method: Option<Risk>,
    body: bool,
    /// `-G`: the body becomes the query.
    query: bool,
    writes: bool,
}

pub(super) fn curl(args: &[String]) -> Risk {
    let requests = args.split(|arg| matches!(arg.as_str(), "--next" | "-:"));
    requests.map(one).max().unwrap_or(Risk::Read)
}

fn one(args: &[String]) -> Risk {
    let mut request = Request::default();
    let mut rest = args.iter().map(String::as_str);
    while let Some(arg) = rest.next() {
        match arg.strip_prefix("--") {
            Some(_) => long(&mut request, arg, &mut rest),
            None if arg.starts_with('-') => cluster(&mut request, &arg[1..], &mut rest),
            None => {}
        }
    }
    risk(&request)
}

fn risk(request: &Request) -> Risk {
    let method = match request.method {
        Some(method) => method,
        None if request.body && !request.query => Risk::Change,
        None => Risk::Read,
    };
    if request.writes { method.max(Risk::Change) } else { method }
}

fn by_method(method: &str) -> Risk {
    match method.to_ascii_uppercase().as_str() {
        "GET" | "HEAD" | "OPTIONS" => Risk::Read,
        "DELETE" => Risk::Destroy,
        _ => Risk::Change,
    }
}

fn long<'a>(request: &mut Request, arg: &'a str, rest: &mut impl Iterator<Item = &'a str>) {
    let (flag, value) = arg.split_once('=').map_or((arg, None), |(flag, value)| (flag, Some(value)));
    match flag {
        "--request" => request.method = request.method.max(value.or_else(|| rest.next()).map(by_method)),
        "--get" => request.query = true,
        "--output" => request.writes |= writes_file(value.or_else(|| rest.next())),
        "--remote-name" | "--remote-name-all" | "--cookie-jar" | "--dump-header" | "--config" => {
            request.writes = true;
        }
        flag => request.body |= CURL_BODIES.iter().any(|body| flag.starts_with(body)),
    }
}

fn cluster<'a>(request: &mut Request, letters: &'a str, rest: &mut impl Iterator<Item = &'a str>) {
    for (at, letter) in letters.char_indices() {
        if !CURL_VALUES.contains(letter) {
            request.query |= letter == 'G';
            request.writes |= letter == 'O';
            continue;
        }
        let glued = &letters[at + letter.len_utf8()..];
        let value = if glued.is_empty() { rest.next() } else { Some(glued) };
        return valued(request, letter, value);
    }
}

fn valued(request: &mut Request, letter: char, value: Option<&str>) {
    match letter {
        'X' => request.method = request.method.max(value.map(by_method)),
        'd' | 'F' | 'T' => request.body = true,
        'o' => request.writes |= writes_file(value),
        'c' | 'K' | 'Q' => request.writes = true,
        _ => {}
    }
}

fn writes_file(target: Option<&str>) -> bool {
    !matches!(target, Some("/dev/null" | "-" | "/dev/stdout"))
}

/// wget saves what it gets, unless told to print it or only to look.
pub(super) fn wget(args: &[String]) -> Risk {
    let method = args.iter().find_map(|arg| arg.strip_prefix("--method="));
    if let Some(method) = method.map(by_method).filter(|risk| *risk > Risk::Read) {
        return method;
    }
    let sends = args.iter().any(|arg| arg.starts_with("--post-") || arg.starts_with("--body-"));
    let prints = args.iter().any(|arg| arg == "--spider" || arg.starts_with('-') && arg.ends_with("O-"))
        || args
            .windows(2)
            .any(|pair| pair[0].ends_with('O') && matches!(pair[1].as_str(), "-" | "/dev/null"));
    if sends || !prints { Risk::Change } else { Risk::Read }
}
