#!/usr/bin/env python3
"""How soon a key shows while a step of a runbook prints as fast as it can.

Starts the console on a pseudo terminal, with an open incident and a runbook whose step prints so many megabytes: as
log lines, as lines of one letter, or as one line without an end; opens and closes the help window at odd moments, first
with nothing running and then while it prints. The step is run again and again until so many keys were pressed, and every
key of the second half was pressed while it printed. Prints how long a key took to show in both halves, how fast the
output was taken in, and the most memory the console had. Needs Python 3 and a release build, nothing else:

    cargo build --release && scripts/keys_in_output.py
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from keys_under_load import Console, Keys, open_incident, press

LINES = {
    "log": "yes '2026-11-21T14:03:07Z checkout GET /cart/1042 token=null 200 12ms'",
    "letters": "yes x",
    "endless": "tr '\\0' x </dev/zero",
}


def resident(console):
    status = Path(f"/proc/{console.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) // 1024


def pressed(console, wanted, some):
    """Keys of as many rounds as it takes."""
    keys = Keys()
    while len(keys.shown) + keys.missed < wanted:
        keys.add(some())
    return keys


def flooded(console, times):
    """The keys that were pressed while the step ran once; how long it did is added to the times."""
    console.drain(0.5)
    console.key(b"r")
    console.drain(1)
    console.key(b"y")
    began = time.monotonic()
    while not console.has_children():
        console.drain(0.01)
        if time.monotonic() - began > 5:
            sys.exit("the step did not start")
    keys = press(console, 600, console.has_children)
    times.append(time.monotonic() - began)
    return keys


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--megabytes", type=int, default=200, help="of each run; what is kept is cut at 268")
    parser.add_argument("--keys", type=int, default=200, help="of each half")
    parser.add_argument("--shape", choices=LINES, default="log")
    parser.add_argument("--program", default="target/release/warroom")
    arguments = parser.parse_args()
    program = str(Path(arguments.program).resolve())
    command = f"{LINES[arguments.shape]} | head -c {arguments.megabytes}000000"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "warroom.toml").write_text('zone = "UTC"\n')
        Path(folder, "runbooks").mkdir()
        Path(folder, "runbooks/aaa.md").write_text(f"# Flood\n\n## Steps\n\n1. Print\n\n   ```sh\n   {command}\n   ```\n")
        open_incident(program, folder, 10)
        console = Console(program, Path(folder))
        try:
            console.drain(3)
            pressed(console, arguments.keys, lambda: press(console, 5)).tell("quiet")
            console.key(b"b")
            console.drain(1)
            console.key(b"\r")
            console.drain(1)
            console.key(b"3")
            times = []
            pressed(console, arguments.keys, lambda: flooded(console, times)).tell("flood")
            rate = arguments.megabytes * len(times) / sum(times)
            print(f"{len(times)} runs of {arguments.megabytes} MB, {rate:.0f} MB/s; {resident(console)} MB at most")
        finally:
            console.end()


if __name__ == "__main__":
    sys.exit(main())
