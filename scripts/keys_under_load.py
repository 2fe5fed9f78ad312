#!/usr/bin/env python3
"""How soon a key shows while many SLOs are polled.

Starts a stub of the Prometheus API and the console on a pseudo terminal, waits until the history is loaded
and polls are regular, then opens and closes the help window at odd moments for a while. Prints how long a
key took to show, how many did not within a second, and how long the polls took. Needs Python 3 and a
release build, nothing else:

    cargo build --release && scripts/keys_under_load.py --slos 10000

With `--events 10000` an incident of so many notes is open, and with `--writes 20` another process adds so many
lines a second to it while keys are pressed.

With `--data FOLDER` a Debian Prometheus answers, on the data that `beside_prometheus.py --keep FOLDER` made.
"""

import argparse
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from filled_prometheus import Prometheus, cpu_seconds, fill, time_ahead, write_configuration

LEG = re.compile(r'label_replace\(\n(.*?)\n, "warroom", "(\d+)", "", ""\)', re.S)
# What was on the screen already is not written again: a blank between words may be missing.
SHOWN = b"filter"


class Polls:
    """When requests were under way, and for how many tiles."""

    def __init__(self):
        self.lock = threading.Lock()
        self.spans = []

    def add(self, tiles, began, ended, legs):
        with self.lock:
            self.spans.append((began, ended, tiles, legs))

    def rounds(self, since, apart):
        """Stretches of polling requests, split where nothing was asked for a while."""
        with self.lock:
            spans = sorted(span for span in self.spans if span[0] >= since and span[2] <= 4)
        rounds = []
        for began, ended, _, legs in spans:
            if rounds and began - rounds[-1][1] < apart:
                rounds[-1][1] = max(rounds[-1][1], ended)
                rounds[-1][2] += legs
            else:
                rounds.append([began, ended, legs])
        return rounds


class Stub(BaseHTTPRequestHandler):
    """Answers `query_range`: one part in a thousand is bad."""

    protocol_version = "HTTP/1.1"
    polls = Polls()
    bodies = {}

    def do_GET(self):
        self.answer(None)

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, sent):
        began = time.monotonic()
        asked = parse_qs(sent.decode() if sent else urlsplit(self.path).query)
        start, end, step = (float(asked[name][0]) for name in ("start", "end", "step"))
        tiles = int(round((end - start) / step)) + 1
        query = asked["query"][0]
        legs = LEG.findall(query) or [(query, None)]
        status, body = self.told(sent, [self.row(leg, text, start, step, tiles) for text, leg in legs])
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.polls.add(tiles, began, time.monotonic(), len(legs))

    def told(self, sent, rows):
        head = '{"status":"success","data":{"resultType":"matrix","result":['
        return 200, (head + ",".join(rows) + "]}}").encode()

    def row(self, leg, text, start, step, tiles):
        key = (start, tiles, "errors" in text)
        values = self.bodies.get(key)
        if values is None:
            value = "1" if "errors" in text else "1000"
            points = (f'[{start + step * at:.3f},"{value}"]' for at in range(tiles))
            values = self.bodies[key] = ",".join(points)
            if len(self.bodies) > 200:
                self.bodies.pop(next(iter(self.bodies)))
        metric = "{}" if leg is None else f'{{"warroom":"{leg}"}}'
        return f'{{"metric":{metric},"values":[{values}]}}'

    def log_message(self, *_):
        pass


class Proxy(Stub):
    """Hands requests on to a Prometheus."""

    behind = None

    def row(self, *_):
        return ""

    def told(self, sent, rows):
        return self.behind.get(self.path, sent)


class Console:
    """A program on a pseudo terminal of 120 by 40: the console unless another is named."""

    def __init__(self, program, folder):
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.environ.update(HOME=str(folder), TERM="xterm-256color", WARROOM_USER="ana")
            os.chdir(folder)
            os.execvp(program, [program])
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.tail = b""

    def read(self, seconds):
        """What comes within a while; empty when nothing does."""
        ready, _, _ = select.select([self.screen], [], [], max(seconds, 0))
        try:
            return os.read(self.screen, 65536) if ready else b""
        except OSError:  # the console has gone
            return b""

    def drain(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def shows(self, words, patience):
        """Seconds until some words were written; None when they are not within patience."""
        began, seen = time.monotonic(), b""
        while (left := began + patience - time.monotonic()) > 0:
            seen += self.read(left)
            if words in plain(seen):
                return time.monotonic() - began
        return None

    def key(self, key):
        os.write(self.screen, key)

    def cpu(self):
        return cpu_seconds(self.pid)

    def busy(self):
        """Seconds of a processor that the loop, its first thread, has had; the hypervisor's are left out."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def has_children(self):
        """Whether a program runs that the console started."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return any((task / "children").read_text().strip() for task in tasks)

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        self.drain(0.5)
        os.waitpid(self.pid, 0)


def plain(written):
    """Without colours, and with what the cursor skipped as nothing."""
    return re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", written)


def write_stubs_configuration(folder, slos, period, url, every):
    parts = [f'[[source]]\nname = "stub"\nkind = "prometheus"\nurl = "{url}"\nevery = "{every}s"\n']
    parts += [
        f'[[slo]]\nid = "slo-{n}"\nservice = "service-{n % 500}"\nobjective = 99.9\nperiod = "{period}"\n'
        f"bad = 'errors_total{{service=\"{n}\"}}'\ntotal = 'requests_total{{service=\"{n}\"}}'\n"
        for n in range(slos)
    ]
    Path(folder, "warroom.toml").write_text("\n".join(parts))


def open_incident(program, folder, events):
    """An incident with so many notes, in the journal that the console will open."""
    warroom = Warroom(program, folder)
    warroom.run("declare", "keys are pressed", "--sev", "3")
    lines = "".join(f"note {n}: checkout answers 502 since the deploy of 14:02\n" for n in range(events))
    warroom.run("-q", "note", "-", lines=lines)


class Warroom:
    """The command line beside the console."""

    def __init__(self, program, folder):
        self.program, self.environment = program, dict(os.environ, HOME=str(folder), WARROOM_USER="bob")

    def run(self, *words, lines=""):
        subprocess.run([self.program, *words], env=self.environment, input=lines.encode(), check=True,
                       stdout=subprocess.DEVNULL)

    def write(self, a_second, until):
        """Adds lines to the incident, evenly, from now on."""
        feed = subprocess.Popen([self.program, "-q", "note", "-"], env=self.environment, stdin=subprocess.PIPE)
        while time.monotonic() < until:
            feed.stdin.write(b"one more line from the other side\n")
            feed.stdin.flush()
            time.sleep(1 / a_second)
        feed.stdin.close()
        feed.wait()


def percentile(sorted_values, percent):
    return sorted_values[max(0, -(-len(sorted_values) * percent // 100) - 1)]


def wait_for_history(console, polls, arguments):
    """Until nothing but polls was asked for two intervals."""
    quiet_since = time.monotonic()
    deadline = quiet_since + arguments.patience
    while time.monotonic() - quiet_since < 2 * arguments.every:
        console.drain(0.5)
        with polls.lock:
            history = [span[1] for span in polls.spans if span[2] > 4]
        quiet_since = max(history[-1:] + [quiet_since])
        if time.monotonic() > deadline:
            sys.exit("the history did not load in time (see --patience, --period)")


class Keys:
    """What became of the keys that were pressed: seconds, each list in order."""

    def __init__(self):
        self.missed = 0
        self.shown, self.busy, self.floor = [], [], []

    def sort(self):
        for values in (self.shown, self.busy, self.floor):
            values.sort()

    def add(self, more):
        self.missed += more.missed
        self.shown += more.shown
        self.busy += more.busy
        self.floor += more.floor
        self.sort()

    def tell(self, name):
        print(f"{name}: {len(self.shown)} keys, {self.missed} not within 1 s: {told(self.shown)}")
        print(f"    processor time of the loop until then: {told(self.busy)}")
        print(f"    a line through cat, in between: {told(self.floor)}", flush=True)


def press(console, seconds, going=lambda: True):
    """Presses keys at odd moments, and asks `cat` for a line after each: what this machine takes for nothing. Ends
    with the time, or when what it looks at does not go on."""
    keys, echo = Keys(), Console("cat", "/")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        console.drain(random.uniform(0.05, 0.35))
        if not going():
            break
        busy = console.busy()
        console.key(b"?")
        took = console.shows(SHOWN, 1.0)
        keys.missed += took is None
        keys.shown += [took] if took is not None else []
        keys.busy.append(console.busy() - busy)
        console.drain(0.05)
        console.key(b"\x03")
        echo.key(b"line\n")
        keys.floor.append(echo.shows(b"line\r\nline", 1.0) or 1.0)
    echo.end()
    keys.sort()
    return keys


def told(latencies):
    """The median and what few were longer than, in milliseconds."""
    named = zip(("median", "p95", "p99", "longest"), (50, 95, 99, 100))
    return ", ".join(f"{name} {percentile(latencies, percent) * 1000:.1f}" for name, percent in named) + " ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--slos", type=int, default=10_000)
    parser.add_argument("--period", default="30d")
    parser.add_argument("--every", type=int, default=15, help="seconds between polls")
    parser.add_argument("--seconds", type=int, default=60, help="how long keys are pressed")
    parser.add_argument("--patience", type=int, default=900, help="seconds for the history")
    parser.add_argument("--program", default="target/release/warroom")
    parser.add_argument("--events", type=int, default=0, help="notes of an open incident")
    parser.add_argument("--writes", type=int, default=0, help="lines a second that another process adds")
    parser.add_argument("--data", type=Path, help="ask a Prometheus of what beside_prometheus.py --keep made")
    arguments = parser.parse_args()
    if not arguments.data:
        measure(Stub, arguments)
        return
    fill(arguments.data, arguments.slos)
    with time_ahead(arguments.data, arguments.slos):
        Proxy.behind = Prometheus(arguments.data, rules=False, every=60)
        try:
            measure(Proxy, arguments)
        finally:
            Proxy.behind.end()


def measure(handler, arguments):
    """Prints what keys and polls took while the handler answers the console."""
    program = str(Path(arguments.program).resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        if arguments.data:
            write_configuration(Path(folder), arguments.slos, url, arguments.every)
        else:
            write_stubs_configuration(folder, arguments.slos, arguments.period, url, arguments.every)
        if arguments.events:
            open_incident(program, folder, arguments.events)
        began = time.monotonic()
        console = Console(program, Path(folder))
        try:
            wait_for_history(console, Stub.polls, arguments)
            print(f"history of {arguments.slos} SLOs over {arguments.period}: "
                  f"{time.monotonic() - began - 2 * arguments.every:.0f} s")
            since, cpu = time.monotonic(), console.cpu()
            if arguments.writes:
                beside = (arguments.writes, since + arguments.seconds)
                threading.Thread(target=Warroom(program, folder).write, args=beside, daemon=True).start()
            keys = press(console, arguments.seconds)
            spent = console.cpu() - cpu
        finally:
            console.end()
    rounds = Stub.polls.rounds(since, 2.0)
    keys.tell("keys")
    print(f"polls: {len(rounds)}, each " + ", ".join(f"{end - start:.1f} s" for start, end, _ in rounds)
          + f"; expressions asked: {[legs for _, _, legs in rounds]}")
    print(f"console: {spent:.2f} CPU-seconds in {arguments.seconds} s")


if __name__ == "__main__":
    main()
