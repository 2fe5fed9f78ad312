//! Programs that only read, each with the flags of which that is known.

use super::known::Known;
use crate::runbook::step::Risk;

/// None of their flags writes a file or runs a program.
#[rustfmt::skip]
const WHATEVER_FOLLOWS: &[&str] = &[
    "ls", "cat", "head", "tail", "grep", "egrep", "fgrep", "zgrep", "zcat", "cut", "wc", "tr", "df", "du", "free", "top", "htop",
    "uptime", "ps", "pgrep", "pidof", "pstree", "pmap", "vmstat", "iostat", "mpstat", "netstat", "dig", "host", "nslookup", "ping",
    "ping6", "traceroute", "tracepath", "mtr", "whois", "whoami", "id", "groups", "echo", "printf", "test", "[", "[[", "]]", "true",
    "false", ":", "sleep", "pwd", "cd", "which", "type", "printenv", "jq", "column", "diff", "cmp", "md5sum", "sha1sum", "sha256sum",
    "sha512sum", "cksum", "stat", "readlink", "realpath", "basename", "dirname", "seq", "od", "hexdump", "strings", "nproc", "lscpu",
    "lsblk", "lsmod", "lspci", "getconf", "getent", "last", "w", "who", "set", "unset", "exit", "return", "wait", "shift", "break",
    "continue", "numfmt", "nl", "tac", "rev", "paste", "join", "comm", "fold", "expand", "yes", "tty", "arch", "uname", "findmnt",
    "redis-stat", "pg_isready",
];

/// A program whose other flags write or run something, or may.
struct Reader {
    names: &'static [&'static str],
    flags: Known,
    /// How many operands it may have: one more is a file to write, a clock to set.
    operands: usize,
}

const MANY: usize = usize::MAX;
/// Flags of the reporting tools of LVM.
const LVM: &str = "-a -o: -v --all --options: --units: --noheadings --separator: --sort: -O: --nosuffix --reportformat: -S: --select:";

#[rustfmt::skip]
const READERS: &[Reader] = &[
    reader(&["rg"], "-i -n -v -w -l -c -o -F -A: -B: -C: -e: -g: -t: -m: -S -s -U -u -H -I -N -x -q --hidden --no-ignore --json --files \
        --stats --count --color: --glob: --type: --max-count: --no-heading --ignore-case --fixed-strings --no-filename --heading --sort:", MANY),
    reader(&["uniq"], "-c -d -D -i -u -z -f: -s: -w: --count --repeated --unique --ignore-case --skip-fields: --skip-chars:", 1),
    reader(&["xxd"], "-a -b -c: -e -E -g: -i -l: -o: -p -s: -u -ps", 1),
    reader(&["less"], "-S -R -N -F -X -i -I -n -r -E -e -M -m -s -J", MANY),
    reader(&["sort"], "-b -d -f -g -h -i -M -n -R -r -V -c -C -k: -m -s -S: -t: -u -z --ignore-leading-blanks --ignore-case --reverse \
        --numeric-sort --human-numeric-sort --general-numeric-sort --version-sort --month-sort --random-sort --key: --field-separator: \
        --unique --stable --check --merge --zero-terminated --parallel: --buffer-size: --sort:", MANY),
    reader(&["ss"], "-a -l -n -p -t -u -x -w -e -m -i -o -s -r -4 -6 -H -O -z -Z -E --tcp --udp --listening --all --numeric --processes --summary \
        --no-header --info --memory --extended --options --resolve", MANY),
    reader(&["sysctl"], "-a -A -n -e -N -q -b --all --values --ignore --names", MANY),
    reader(&["date"], "-u -R -I -d: -r: -f: --utc --universal --date: --reference: --file: --iso-8601 --rfc-3339: --rfc-email -Iseconds", MANY),
    reader(&["dmesg"], "-T -w -W -k -x -u -l: -f: -L -e -t -P -d -r -J --ctime --follow --level: --facility: --since: --until: --human --nopager \
        --color: --kernel --decode --time-format:", 0),
    reader(&["journalctl"], "-u: -n: -f -e -x -k -b -r -p: -o: -t: -g: -q -a -m -S: -U: -N -F: -c: --unit: --user-unit: --lines: --follow --since: \
        --until: --no-pager --priority: --output: --grep: --identifier: --boot --dmesg --reverse --disk-usage --list-boots --utc --no-hostname \
        --all --quiet --user --system --no-full --full --no-tail --catalog --header --fields --field: --case-sensitive --output-fields: --merge \
        --show-cursor --after-cursor: --cursor: --facility: --verify", MANY),
    reader(&["yq"], "-r -e -M -C -n -N -P -o: -p: -j -c --output-format: --input-format: --prettyPrint --no-colors --colors --exit-status \
        --null-input --unwrapScalar", MANY),
    reader(&["kcat", "kafkacat"], "-b: -L -C -Q -t: -p: -o: -c: -e -q -f: -J -u -Z -s:", MANY),
    reader(&["base64"], "-d -D -i: -w: --decode --wrap: --ignore-garbage", 1),
    reader(&["sar"], "-u -r -q -n: -d -b -B -W -w -S -A -f: -s: -e: -P: -p -h -m: -I: -v -y -H -F -R", 3),
    reader(&["dmidecode"], "-t: -s: -q -u -V --type: --string: --quiet --dump --version", 0),
    reader(&["lsof"], "-n -P -a -i: -p: -u: -c: -t -l -U -R -s: -d: -F: -w -V -o -b", MANY),
    reader(&["blkid"], "-o: -s: -p -i -k -l -L: -U: -n: -u: -t: --output: --match-tag:", MANY),
    reader(&["file"], "-b -i -I -L -h -k -s -z -r -N -0 --brief --mime --mime-type --mime-encoding --dereference", MANY),
    reader(&["hostname"], "-f -s -i -I -d -A -y --fqdn --short --long --ip-address --all-ip-addresses --domain", 0),
    reader(&["mount"], "-l -v -V -t: --version", 0),
    reader(&["history"], "-#", 1),
    reader(&["export", "readonly", "declare", "typeset", "local"], "-p -x -r -i -l -u -a -A -g +x", MANY),
    reader(&["read"], "-r -s -e -a: -d: -n: -N: -p: -t: -u:", MANY),
    reader(&["vgs", "lvs", "pvs", "vgdisplay", "lvdisplay", "pvdisplay"], LVM, MANY),
    reader(&["nginx"], "-t -T -v -V -q -tq", 0),
    reader(&["iptables-save", "ip6tables-save"], "-c -t: --counters --table:", 0),
    reader(&["tree"], "-a -d -L: -h -s -p -u -g -D -f -i -P: -I: --du --noreport --dirsfirst -C -n", MANY),
];

const fn reader(names: &'static [&'static str], flags: &'static str, operands: usize) -> Reader {
    Reader { names, flags: Known(flags), operands }
}

pub(super) fn knows(name: &str) -> bool {
    WHATEVER_FOLLOWS.contains(&name) || find(name).is_some()
}

/// What a reading program does with these words; `None` where it is no reading program.
pub(super) fn risk(name: &str, args: &[String]) -> Option<Risk> {
    if WHATEVER_FOLLOWS.contains(&name) {
        return Some(Risk::Read);
    }
    let reader = find(name)?;
    let told = reader.flags.tell(args);
    let asks = match name {
        // Bare words and `+FORMAT` alike are operands: only the one is printed.
        "date" => told.operands.iter().all(|word| word.starts_with('+')),
        "less" => told.operands.iter().all(|word| !word.starts_with('+')),
        "sysctl" => told.operands.iter().all(|word| !word.contains('=')),
        // Without `-t` and its like it starts the server.
        "nginx" => !args.is_empty() && args.iter().any(|arg| arg != "-q"),
        _ => true,
    };
    let reads = told.sure && asks && told.operands.len() <= reader.operands;
    Some(if reads { Risk::Read } else { Risk::Change })
}

fn find(name: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.names.contains(&name))
}
