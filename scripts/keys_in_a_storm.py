#!/usr/bin/env python3
"""How soon a key shows while alerts and changes are posted a thousand times a second.

Starts the console on a pseudo terminal, with an open incident of so many notes and `[listen]` on loopback; opens and
closes the help window at odd moments for a while, first with nobody posting and then in the storm, so that both halves
bear the same machine. Posts are seven repeats, one group of new alerts, one of ended ones and one change in ten, as
Alertmanager and a deploy script send them. Prints how long a key took to show in both halves and what became of the
posts. Needs Python 3 and a release build, nothing else:

    cargo build --release && scripts/keys_in_a_storm.py
"""

import argparse
import collections
import http.client
import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from socket import socket

from keys_under_load import Console, open_incident, percentile, press

KNOWN = 2_000
IN_A_POST = 5


def alert(number, generation=0, status="firing"):
    labels = {"alertname": f"Down{number % 200}", "cluster": "prod", "instance": f"host{number}:9100",
              "severity": "warning"}
    if number % 50 == 0:
        labels["service"] = "checkout"
    return {"status": status, "labels": labels, "annotations": {"summary": f"host{number} does not answer"},
            "startsAt": f"2026-01-01T00:{generation // 60 % 60:02}:{generation % 60:02}Z",
            "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p:9090/graph", "fingerprint": f"{number:016x}"}


def body(kind, turn):
    """One post: where to, and its JSON."""
    if kind == "change":
        return "/change", {"service": "search", "what": f"v{turn}", "id": f"deploy-{turn}"}
    if kind == "new":
        alerts = [alert(KNOWN + turn * IN_A_POST + n) for n in range(IN_A_POST)]
    else:
        first = random.randrange(KNOWN)
        status = "resolved" if kind == "ended" else "firing"
        alerts = [alert((first + n * 200) % KNOWN, status=status) for n in range(IN_A_POST)]
    return "/alertmanager", {"version": "4", "groupKey": "{}", "truncatedAlerts": 0, "receiver": "warroom",
                             "status": "firing", "alerts": alerts}


class Storm:
    """Posts so many a second from several connections until a time, and counts the answers."""

    KINDS = ["repeat"] * 7 + ["new", "ended", "change"]

    def __init__(self, port, a_second, seconds, connections):
        self.port, self.until = port, time.monotonic() + seconds
        self.pause = connections / a_second
        self.answers, self.took = collections.Counter(), []
        self.turns = iter(range(1, 1 << 60))
        self.lock = threading.Lock()

    def post(self):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = time.monotonic() + random.uniform(0, self.pause)
        while (now := time.monotonic()) < self.until:
            if now < due:
                time.sleep(due - now)
            due += self.pause
            with self.lock:
                turn = next(self.turns)
            path, posted = body(self.KINDS[turn % 10], turn)
            began = time.monotonic()
            link.request("POST", path, json.dumps(posted), {"Content-Type": "application/json"})
            answer = link.getresponse()
            answer.read()
            with self.lock:
                self.answers[answer.status] += 1
                self.took.append(time.monotonic() - began)

    def run(self, connections):
        threads = [threading.Thread(target=self.post) for _ in range(connections)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        return self.answers, sorted(self.took)


def storm(pipe, port, a_second, seconds, connections):
    pipe.send(Storm(port, a_second, seconds, connections).run(connections))


def free_port():
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=10_000, help="notes of the open incident")
    parser.add_argument("--posts", type=int, default=1_000, help="posts a second")
    parser.add_argument("--seconds", type=int, default=60, help="of each half")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--program", default="target/release/warroom")
    arguments = parser.parse_args()
    program, port = str(Path(arguments.program).resolve()), free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "warroom.toml").write_text(f'[listen]\naddress = "127.0.0.1:{port}"\n')
        open_incident(program, folder, arguments.events)
        console = Console(program, Path(folder))
        try:
            console.drain(3)
            press(console, arguments.seconds).tell("quiet")
            here, there = multiprocessing.Pipe()
            asked = (there, port, arguments.posts, arguments.seconds, arguments.connections)
            posting = multiprocessing.Process(target=storm, args=asked)
            cpu = console.cpu()
            posting.start()
            press(console, arguments.seconds).tell("storm")
            answers, took = here.recv()
            posting.join()
            spent = console.cpu() - cpu
        finally:
            console.end()
    posts = sum(answers.values())
    print(f"posts: {posts} ({posts / arguments.seconds:.0f} a second): {dict(answers)}; answered in median "
          f"{percentile(took, 50) * 1000:.1f} ms, p99 {percentile(took, 99) * 1000:.1f} ms")
    print(f"console: {spent:.2f} CPU-seconds in {arguments.seconds} s")


if __name__ == "__main__":
    sys.exit(main())
