//! What a web client's flags say it does to the other side, and to our disk.

use super::known::Known;
use crate::runbook::step::Risk;

/// Flags of curl that write no file and run nothing, or whose effect is told below.
const CURL: Known = Known(
    "-f -s -S -L -I -i -v -k -g -G -4 -6 -N -q -O -a -j -n -p -R -0 -1 -2 -3 -# -: -d: -F: -T: -X: -o: -c: -D: -H: -u: -A: -e: -b: -m: -w: \
     -x: -r: -y: -Y: -E: -z: -C: -Q: -K: -t: --fail --fail-with-body --fail-early --silent --show-error --location --head --include \
     --verbose --insecure --get --max-time: --connect-timeout: --retry: --retry-delay: --retry-all-errors --retry-connrefused \
     --retry-max-time: --header: --user: --user-agent: --request: --data: --data-raw: --data-binary: --data-urlencode: --data-ascii: \
     --json: --form: --form-string: --output: --write-out: --resolve: --cacert: --capath: --cert: --key: --compressed --http1.0 \
     --http1.1 --http2 --http3 --url: --url-query: --no-progress-meter --progress-bar --proxy: --noproxy: --interface: --ipv4 --ipv6 \
     --range: --referer: --cookie: --oauth2-bearer: --path-as-is --globoff --tlsv1.2 --tlsv1.3 --tls-max: --no-keepalive --connect-to: \
     --unix-socket: --upload-file: --remote-name --remote-name-all --cookie-jar: --dump-header: --next --max-redirs: --netrc \
     --negotiate --basic --digest --cert-status --doh-url: --limit-rate: --no-buffer --raw --tcp-nodelay --config: --location-trusted",
);

/// Flags of wget that leave nothing behind, or whose effect is told below.
const WGET: Known = Known(
    "-q -O: -S -T: -t: -nv -v -d -4 -6 --quiet --output-document: --spider --server-response --timeout: --tries: --header: --no-verbose \
     --no-check-certificate --user: --password: --method: --body-data: --post-data: --connect-timeout: --read-timeout: \
     --dns-timeout: --user-agent: --no-proxy --max-redirect: --ca-certificate: --waitretry: --retry-connrefused",
);

/// Short flags of curl with a value.
const CURL_VALUES: &str = "XdFToDHuAebcmwxKEQrtyYzC";
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
    // `%output{FILE}` writes; another protocol may do anything to the other side.
    let odd = |arg: &String| {
        let scheme = arg.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        arg.contains("%output{") || scheme.is_some_and(|scheme| is_protocol(&scheme))
    };
    request.writes |= !CURL.tell(args).sure || args.iter().any(odd);
    risk(&request)
}

/// A protocol of curl's that is not the web's.
fn is_protocol(scheme: &str) -> bool {
    !scheme.ends_with("http")
        && !scheme.ends_with("https")
        && scheme.chars().all(|c| c.is_ascii_alphanumeric())
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
        "--output" | "--dump-header" => request.writes |= writes_file(value.or_else(|| rest.next())),
        "--remote-name" | "--remote-name-all" | "--cookie-jar" | "--config" => {
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
        'o' | 'D' => request.writes |= writes_file(value),
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
    let sure = WGET.tell(args).sure;
    let sends = args.iter().any(|arg| arg.starts_with("--post-") || arg.starts_with("--body-"));
    let prints = args.iter().any(|arg| arg == "--spider" || arg.starts_with('-') && arg.ends_with("O-"))
        || args
            .windows(2)
            .any(|pair| pair[0].ends_with('O') && matches!(pair[1].as_str(), "-" | "/dev/null"));
    if sends || !prints || !sure { Risk::Change } else { Risk::Read }
}

/// `http DELETE URL`: the method is the first word.
pub(super) fn httpie(args: &[String]) -> Risk {
    let method = args.iter().find(|arg| !arg.starts_with('-')).map_or(Risk::Change, |word| by_method(word));
    method.max(Risk::Change)
}
