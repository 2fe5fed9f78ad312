"""A Prometheus with 30 days of samples of many services, for scripts that measure beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

DAY = 86_400
STEP = 60
DAYS = 30
# Seconds of data that lie ahead while polls are measured.
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


@contextmanager
def time_ahead(folder, slos):
    """Data that goes on for a while: nothing scrapes here. Rules could not record beside it."""
    for left in ("wal", "chunks_head"):
        shutil.rmtree(folder / "data" / left, ignore_errors=True)
    begin = int((folder / "filled-to").read_text())
    ahead = add_samples(folder, slos, begin, this_minute() + AHEAD)
    try:
        yield
    finally:
        for block in ahead:
            shutil.rmtree(folder / "data" / block, ignore_errors=True)


def write_configuration(folder, slos, url, every):
    """An SLO a service, as warroom.toml."""
    parts = [f'[[source]]\nname = "prod"\nkind = "prometheus"\nurl = "{url}"\nevery = "{every}s"\n']
    parts += [
        f'[[slo]]\nid = "slo-{n}"\nservice = "{service(n)}"\nobjective = 99.9\nperiod = "{DAYS}d"\n'
        f"bad = '{METRIC}{{job=\"{service(n)}\",code=~\"(5..|429)\"}}'\n"
        f"total = '{METRIC}{{job=\"{service(n)}\"}}'\n"
        for n in range(slos)
    ]
    (folder / "warroom.toml").write_text("\n".join(parts))
