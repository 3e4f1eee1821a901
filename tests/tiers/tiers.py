"""What the tests of the tiers share: a chain of centers, each reporting to the next, and what each has."""
import collections
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import threading
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import Center, Link, patience, wait_for  # noqa: E402

faketime = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def clock(seconds_ago):
    """The environment of a program whose clock shows what it was then; what it waits for takes as long as ever (libfaketime)."""
    if seconds_ago == 0:
        return {"LD_PRELOAD": "", "FAKETIME": ""}
    return {"LD_PRELOAD": str(faketime), "FAKETIME": f"-{seconds_ago}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class Tier(Center):
    """A center of the chain; `link` is what those below dial."""

    def __init__(self, programs, folder, name, organisation, settings=()):
        (folder / name).mkdir(parents=True)
        super().__init__(programs, folder / name / "data", Link(), settings=(
            f"center.name={name}", f"center.organisation={organisation}", *settings))
        self.name, self.organisation = name, organisation
        self.making = threading.Lock()  # a token

    def report_to(self, upper, link=None, heartbeat="1s"):
        """`upper` runs, and is dialled by its own link unless another is given. What this one sends belongs to its own organisation there."""
        token = upper.token(self.name, "--relay", "--organisation", self.organisation, name=f"token-{self.name}")
        self.settings = (*self.settings, f"uplink.url=http://127.0.0.1:{(link or upper.link).port}",
                         f"uplink.token_file={token}", f"uplink.heartbeat={heartbeat}")

    def secret(self, role, organisation=None):
        """The file of a token with that role; of all the center sees unless an organisation is given."""
        path = self.data.parent / "-".join((role, *(organisation or "").split("/")))
        with self.making:
            if not path.exists():
                part = ("--organisation", organisation) if organisation else ()
                secret = subprocess.run([self.programs / "langyan", "token", "add", "--data", self.data, "--role", role, *part],
                                        check=True, capture_output=True, text=True).stdout
                path.touch(mode=0o600)
                path.write_text(secret)
        return path

    def langyan(self, *words, role="engineer"):
        """The command line, before this center; what it prints."""
        done = subprocess.run([self.programs / "langyan", *words], text=True, capture_output=True, env=dict(
            os.environ, LANGYAN_CENTER=f"http://127.0.0.1:{self.port}", LANGYAN_TOKEN_FILE=str(self.secret(role))))
        if done.returncode:
            sys.exit(f"FAILED: langyan {' '.join(map(str, words))} at {self.name}: {done.stderr}")
        return done.stdout.strip()

    def ask(self, target, body=None, role="engineer", organisation=None):
        """GET, or POST of a body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}", json.dumps(body).encode() if body else None, {
            "Authorization": "Bearer " + self.secret(role, organisation).read_text().strip(), "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return json.load(answer)

    def selected(self, columns, table):
        """Of every day's file in order of receipt; one that the center is making has no tables yet."""
        for file in sorted((self.data / "events").glob("*.db")):
            with sqlite3.connect(file) as database:
                if database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                    yield from database.execute(f"SELECT {columns} FROM {table} ORDER BY n")

    def rows(self):
        """Every event: (sensor, epoch, lane, seq, type, organisation, via)."""
        return list(self.selected("sensor, epoch, lane, seq, event_type, organisation, via", "event_view"))

    def lines(self):
        return (json.loads(line) for line, in self.selected("json", "lines"))


def identities(rows, types=None, sensor=None):
    """Counter of the events' own names."""
    return collections.Counter(row[:4] for row in rows
                               if (types is None or row[4] in types) and (sensor is None or row[0] == sensor))


def differences(wanted, found, what):
    """What is wrong with `found`, where each of `wanted` must be exactly once."""
    missing, more = set(wanted) - set(found), set(found) - set(wanted)
    twice = [each for each, times in found.items() if times > 1]
    for name, faults in (("missing", missing), ("too many", more), ("twice", twice)):
        if faults:
            yield f"{what}: {len(faults)} {name}, as {sorted(faults)[:3]}"
