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
import shutil
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from filled_prometheus import (DAYS, METRIC, Prometheus, cpu_seconds, fill, service, time_ahead, wait_until,
                               write_configuration)

RULES = Path(__file__).parent.parent / "tests/fixtures/slo/sloth/expected/getting-started.yml"


def write_rules(folder, slos):
    """Sloth's rules for every service, as one file."""
    one = RULES.read_text().split("groups:\n", 1)[1]
    text = "groups:\n" + "".join(one.replace("myservice", service(n)) for n in range(slos))
    (folder / "rules.yml").write_text(text)


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


def is_history(asked):
    return (float(asked["end"]) - float(asked["start"])) / float(asked["step"]) > 4


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
        with time_ahead(folder, arguments.slos):
            ours = polls_of_ours(folder, arguments)
        report(arguments.slos, round_cpu, ours)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)


main()
