#!/usr/bin/env python3
"""Is every acknowledged entry there after kill -9?

Two processes write notes to one journal as fast as they can, one entry a commit and bursts mixed; both are
killed at random instants, and others take their place. What they had said was written has to be in the
journal, under the number they gave it, and the chain has to verify. Needs Python 3 and a build, nothing else:

    cargo build --release && scripts/killed_while_writing.py --kills 1000

Exits with 1 at the first entry that is missing or changed.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WRITERS = 2


class Journal:
    """A data folder, the program, and what was acknowledged so far."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = dict(os.environ, HOME=folder, WARROOM_USER="ana")
        self.acknowledged = {}
        self.incident = self.run("declare", "killed", "--sev", "3").strip()

    def command(self, *words):
        return [self.program, "--data", str(Path(self.folder, "data")), *words]

    def run(self, *words):
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(words)}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def writer(self, name):
        return Writer(self.command("note", "-"), self.environment, name)

    def note(self, lines):
        """Takes in what a writer said: `SEQ INCIDENT TEXT`. The last line may be cut short."""
        for line in lines:
            seq, incident, text = line.split(" ", 2)
            if incident != self.incident or self.acknowledged.setdefault(int(seq), text) != text:
                sys.exit(f"entry {seq} was acknowledged twice, or for {incident}")

    def check(self):
        """Everything acknowledged is there, and the chain holds. Returns how many entries there are."""
        verified = self.run("journal", "verify")
        texts = {}
        for line in self.run("timeline", "-i", self.incident, "--jsonl").splitlines():
            entry = json.loads(line)
            texts[entry["seq"]] = entry["text"]
        for seq, text in self.acknowledged.items():
            if texts.get(seq) != text:
                sys.exit(f"entry {seq}: {text!r} was acknowledged, and there is {texts.get(seq)!r}")
        return int(verified.split()[1])


class Writer:
    """`note -`, fed without end: single lines, each waited for, and bursts."""

    def __init__(self, command, environment, name):
        pipe = subprocess.PIPE
        self.name, self.number, self.said, self.due_at = name, 0, b"", None
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, bufsize=0)
        os.set_blocking(self.process.stdin.fileno(), False)
        os.set_blocking(self.process.stdout.fileno(), False)

    def go_on(self):
        """Feeds what the pipe takes and hears what was acknowledged."""
        lines = b""
        for _ in range(random.choice([1, 1, 1, 40])):
            self.number += 1
            lines += f"{self.name} {self.number} {'z' * random.randrange(300)}\n".encode()
        # What the full pipe does not take is lost, and was never said to be written.
        self.process.stdin.write(lines)
        self.hear()

    def hear(self):
        while (more := self.process.stdout.read(65536)):
            self.said += more

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.set_blocking(self.process.stdout.fileno(), True)
        self.hear()
        self.process.stdin.close()
        self.process.stdout.close()
        return self.said.decode().split("\n")[:-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=1000, help="processes that are killed")
    parser.add_argument("--longest", type=float, default=0.3, help="seconds that a process writes at most")
    parser.add_argument("--round", type=int, default=50, help="kills before a new journal is begun")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--program", default="target/release/warroom")
    parser.add_argument("--folder", help="where the journals lie, to choose the disk (a temporary folder)")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    began = time.monotonic()
    killed = silent = acknowledged = entries = 0
    while killed < arguments.kills:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            journal = Journal(str(Path(arguments.program).resolve()), folder)
            silent += kill_many(journal, arguments.round, arguments.longest)
            entries += journal.check()
        killed += arguments.round
        acknowledged += len(journal.acknowledged)
        print(f"{killed} killed ({silent} before they had said anything), {acknowledged} entries acknowledged "
              f"and all there, {entries} in journals that verify, {time.monotonic() - began:.0f} s", flush=True)


def kill_many(journal, kills, longest):
    """Returns how many had acknowledged nothing: one in ten is killed as it starts, the others as they write."""
    silent, living = 0, []
    for number in range(kills + WRITERS - 1):
        living.append(journal.writer(f"writer {number}"))
        if number % 10 == 9:
            living[-1].due_at = time.monotonic() + random.uniform(0, longest)
        while len(living) == WRITERS or number == kills + WRITERS - 2 and living:
            for writer in living:
                writer.go_on()
                if writer.said and writer.due_at is None:
                    writer.due_at = time.monotonic() + random.uniform(0, longest)
            due = [writer for writer in living if writer.due_at and writer.due_at <= time.monotonic()]
            if not due:
                continue
            living.remove(due[0])
            said = due[0].kill()
            journal.note(said)
            silent += not said
    return silent


main()
