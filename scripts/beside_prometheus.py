#!/usr/bin/env python3
"""What a Prometheus spends on Sloth's rules, and what the console costs instead.

Fills a Prometheus with 30 days of two counters an SLO (and the five-minute ratios that Sloth's rules would
have recorded), lets it evaluate Sloth's 17 rules an SLO, and takes its CPU a round from /proc/PID/stat.
Then starts it again without rules, lets `warroom watch` poll it, and takes the CPU of both a poll. Requests
go through a small proxy, which counts them and asks each one again with `stats=all`, after the measuring, for
the samples the server reads. Needs Python 3, Debian's prometheus and a release build, nothing else:

    cargo build --release && scripts/beside_prometheus.py --slos 100

A hundred SLOs take a minute of CPU to make the data, a thousand ten; `--keep FOLDER` keeps it for another run.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

RULES = Path(__file__).parent.parent / "tests/fixtures/slo/sloth/expected/getting-started.yml"
DAY = 86_400
STEP = 60
DAYS = 30
# Seconds of data that lie ahead while our polls are measured.
AHEAD = 2 * 3_600
PATIENCE = 3_600
METRIC = "http_request_duration_seconds_count"


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(what, condition, patience=PATIENCE):
    until = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > until:
            sys.exit(f"{what}: took too long")
        time.sleep(0.2)
    return found


def service(n):
    return f"service-{n}"


def series(slos):
    """Prefixes of every series, and what each has at a number of minutes: errors, successes, the ratio."""
    for n in range(slos):
        job = service(n)
        yield f'{METRIC}{{job="{job}",code="500"}} ', lambda minute: minute
        yield f'{METRIC}{{job="{job}",code="200"}} ', lambda minute: 999 * minute
        yield (f'slo:sli_error:ratio_rate5m{{cmd="examplesgen.sh",owner="myteam",repo="myorg/{job}",'
               f'sloth_id="{job}-requests-availability",sloth_service="{job}",'
               f'sloth_slo="requests-availability",sloth_window="5m",tier="2"}} '), lambda _: 0.001


def write_samples(path, slos, begin, end):
    """OpenMetrics, all series of a minute together."""
    rows = list(series(slos))
    kinds = [[prefix for prefix, _ in rows[kind::3]] for kind in range(3)]
    with open(path, "w", buffering=1 << 22) as out:
        for at in range(begin, end, STEP):
            minute = at // STEP
            for prefixes, (_, value) in zip(kinds, rows[:3]):
                tail = f"{value(minute)} {at}\n"
                out.write(tail.join(prefixes) + tail)
        out.write("# EOF\n")


def this_minute():
    return int(time.time()) // STEP * STEP


def fill(folder, slos):
    """A day at a time up to now, going on where an earlier run ended."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    marker = folder / "filled-to"
    begin = int(marker.read_text()) if marker.exists() else this_minute() - DAYS * DAY
    while begin < this_minute():
        end = min(begin // DAY * DAY + DAY, this_minute())
        add_samples(folder, slos, begin, end)
        marker.write_text(str(end))
        begin = end
        print(f"\rfilled to {time.strftime('%F %H:%M', time.gmtime(end))}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def add_samples(folder, slos, begin, end):
    """Blocks of the samples from one instant to before another; the names of the new ones."""
    data, text = folder / "data", folder / "day.om"
    before = set(os.listdir(data))
    write_samples(text, slos, begin, end)
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet",
                    "--max-block-duration=24h", text, data], check=True)
    text.unlink()
    return set(os.listdir(data)) - before


def write_rules(folder, slos):
    """Sloth's rules for every service, as one file."""
    one = RULES.read_text().split("groups:\n", 1)[1]
    text = "groups:\n" + "".join(one.replace("myservice", service(n)) for n in range(slos))
    (folder / "rules.yml").write_text(text)


class Prometheus:
    """A server on the data; its port is free for a moment before it is taken."""

    def __init__(self, folder, rules, every):
        configuration = f"global:\n  evaluation_interval: {every}s\n"
        configuration += "rule_files: [rules.yml]\n" if rules else ""
        path = folder / "prometheus.yml"
        path.write_text(configuration)
        holder = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.port = holder.server_port
        holder.server_close()
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'data'}",
             "--storage.tsdb.retention.time=60d", f"--web.listen-address=127.0.0.1:{self.port}",
             "--log.level=error"])
        wait_until("prometheus", self.is_ready)

    def get(self, target, body=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request("POST" if body else "GET", target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def is_ready(self):
        try:
            return self.get("/-/ready")[0] == 200
        except OSError:
            return False

    def ask(self, path, **parameters):
        answer = json.loads(self.get(path, urlencode(parameters))[1])
        if answer["status"] != "success":
            sys.exit(f"prometheus: {answer}")
        return answer["data"]

    def evaluations(self):
        text = self.get("/metrics")[1].decode()
        counts = re.findall(r"^prometheus_rule_evaluations_total\{.*\} (\S+)$", text, re.M)
        return sum(float(count) for count in counts)

    def samples(self, path, parameters):
        data = self.ask(path, **{**parameters, "stats": "all"})
        return data["stats"]["samples"]["totalQueryableSamples"]

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def end(self):
        self.process.terminate()
        self.process.wait()


def rounds_of_rules(folder, arguments):
    """CPU-seconds a round of all rules, over whole rounds, the first one left out."""
    server = Prometheus(folder, rules=True, every=arguments.evaluate)
    rules = 17 * arguments.slos
    try:
        wait_until("the first round", lambda: server.evaluations() >= rules)
        count, cpu = server.evaluations(), server.cpu()
        wait_until("the rounds", lambda: server.evaluations() >= count + arguments.rounds * rules)
        done = (server.evaluations() - count) / rules
        return (server.cpu() - cpu) / done
    finally:
        server.end()


class Proxy(BaseHTTPRequestHandler):
    """Hands requests on and keeps them."""

    protocol_version = "HTTP/1.1"
    server_behind = None
    kept = []

    def do_GET(self):
        self.hand_on(None)

    def do_POST(self):
        self.hand_on(self.rfile.read(int(self.headers["Content-Length"])))

    def hand_on(self, body):
        began = time.monotonic()
        status, answer = self.server_behind.get(self.path, body)
        url = urlsplit(self.path)
        asked = parse_qs(body.decode() if body else url.query)
        self.kept.append((began, url.path, {name: value[0] for name, value in asked.items()}))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def write_configuration(folder, slos, url, every):
    parts = [f'[[source]]\nname = "prod"\nkind = "prometheus"\nurl = "{url}"\nevery = "{every}s"\n']
    parts += [
        f'[[slo]]\nid = "slo-{n}"\nservice = "{service(n)}"\nobjective = 99.9\nperiod = "{DAYS}d"\n'
        f"bad = '{METRIC}{{job=\"{service(n)}\",code=~\"(5..|429)\"}}'\n"
        f"total = '{METRIC}{{job=\"{service(n)}\"}}'\n"
        for n in range(slos)
    ]
    (folder / "warroom.toml").write_text("\n".join(parts))


def is_history(asked):
    return (float(asked["end"]) - float(asked["start"])) / float(asked["step"]) > 4


def with_time_ahead(folder, arguments):
    """Polls on data that goes on for a while: nothing scrapes here. Rules could not record beside it."""
    for left in ("wal", "chunks_head"):
        shutil.rmtree(folder / "data" / left, ignore_errors=True)
    begin = int((folder / "filled-to").read_text())
    ahead = add_samples(folder, arguments.slos, begin, this_minute() + AHEAD)
    try:
        return polls_of_ours(folder, arguments)
    finally:
        for block in ahead:
            shutil.rmtree(folder / "data" / block, ignore_errors=True)


def polls_of_ours(folder, arguments):
    """CPU-seconds a poll of server and console, and the samples and requests of one poll."""
    server = Prometheus(folder, rules=False, every=arguments.evaluate)
    Proxy.server_behind = server
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{proxy.server_port}"
    write_configuration(folder, arguments.slos, url, arguments.every)
    before = server.cpu()
    watch = subprocess.Popen(
        [str(Path(arguments.program).resolve()), "--config", folder / "warroom.toml",
         "--data", folder / "journal", "watch"], stdout=subprocess.DEVNULL)
    try:
        def is_loaded():
            newest = [at for at, _, asked in Proxy.kept if is_history(asked)][-1:]
            return newest and time.monotonic() - newest[0] > 2 * arguments.every
        wait_until("the history", is_loaded)
        history = (server.cpu() - before, cpu_seconds(watch.pid))
        kept, began = len(Proxy.kept), time.monotonic()
        start = (server.cpu(), cpu_seconds(watch.pid))
        time.sleep(arguments.polls * arguments.every)
        polls = (time.monotonic() - began) / arguments.every
        ours = [(after - first) / polls
                for after, first in zip((server.cpu(), cpu_seconds(watch.pid)), start)]
        asked = list(Proxy.kept[kept:])
    finally:
        watch.terminate()
        watch.wait()
        proxy.shutdown()
    try:
        samples = sum(server.samples(path, asked) for _, path, asked in asked) / polls
        window = f'sum(rate({METRIC}{{job="{service(0)}",code="500"}}[{DAYS}d]))/' \
                 f'sum(rate({METRIC}{{job="{service(0)}"}}[{DAYS}d]))'
        long_window = server.samples("/api/v1/query", {"query": window}) * arguments.slos
    finally:
        server.end()
    return {"history": history, "poll": ours, "requests": len(asked) / polls, "samples": samples,
            "long_window": long_window}


def report(slos, round_cpu, ours):
    server, console = ours["poll"]
    print(f"""
{slos} SLOs
| what | figure |
| --- | --- |
| Sloth's 17 rules an SLO, one round, Prometheus | {round_cpu:.2f} CPU-seconds |
| one poll of ours, Prometheus | {server:.3f} CPU-seconds in {ours['requests']:.1f} requests |
| one poll of ours, `warroom watch` | {console:.3f} CPU-seconds |
| the two together, of a round | {(server + console) / round_cpu:.2%} |
| samples read for one poll | {ours['samples']:,.0f} |
| samples that one {DAYS}-day window an SLO reads | {ours['long_window']:,.0f} ({ours['long_window'] / ours['samples']:,.0f} times) |
| the history, once: Prometheus and ours | {ours['history'][0]:.1f} and {ours['history'][1]:.1f} CPU-seconds |""")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--slos", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of rules to measure")
    parser.add_argument("--polls", type=int, default=20, help="polls of ours to measure, one five minutes")
    parser.add_argument("--every", type=int, default=15, help="seconds between polls")
    parser.add_argument("--evaluate", type=int, default=60, help="seconds between rounds of rules")
    parser.add_argument("--program", default="target/release/warroom")
    parser.add_argument("--keep", help="folder of the data: made where it is not there, and kept")
    arguments = parser.parse_args()
    folder = Path(arguments.keep or tempfile.mkdtemp(prefix="beside-prometheus-"))
    try:
        fill(folder, arguments.slos)
        write_rules(folder, arguments.slos)
        round_cpu = rounds_of_rules(folder, arguments)
        ours = with_time_ahead(folder, arguments)
        report(arguments.slos, round_cpu, ours)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)


main()
