#!/usr/bin/env python3
"""What a sensor learned, at its center: as many habits as the tool exports, what waits for a person, and that it waits no more once
it was approved; none of a sensor that does not learn or is told not to send; none at the center above.

usage: book_test.py BIN_FOLDER
"""
import datetime
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time

here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "tiers"))
from tiers import Tier, patience, wait_for  # noqa: E402
from kit import Sensor, root  # noqa: E402

programs = pathlib.Path(sys.argv[1]).resolve()
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def make(folder, name, until, *acts):
    out = folder / f"{name}.pcap"
    words = [word for act in acts for word in ("--act", act)]
    subprocess.run([sys.executable, root / "tests/plant/make_plant.py", out, "--hours", "1", "--thin", "10", "--until", until.strftime("%Y-%m-%dT%H:%M:%S"), *words],
                   check=True, capture_output=True)
    return out


class Wire(threading.Thread):
    """A capture into a pipe, and then its last packet over and over, so that the sensor's time goes on until the end is asked for."""

    def __init__(self, capture, pipe):
        super().__init__(daemon=True)
        self.octets, self.pipe, self.ended = capture.read_bytes(), pipe, threading.Event()
        os.mkfifo(pipe)
        self.start()

    def run(self):
        at, last = 24, 24
        while at < len(self.octets):
            last, at = at, at + 16 + struct.unpack_from("<I", self.octets, at + 8)[0]
        seconds, parts = struct.unpack_from("<II", self.octets, last)
        with open(self.pipe, "wb") as out:
            out.write(self.octets)
            while not self.ended.is_set():
                seconds += 1
                out.write(b"".join(struct.pack("<II", seconds, parts) + self.octets[last + 8:] for _ in range(1_100)))
                out.flush()
                time.sleep(0.02)


def langyan(*words):
    done = subprocess.run([programs / "langyan", "baseline", *words], capture_output=True, text=True, timeout=2 * patience)
    if done.returncode:
        sys.exit(f"FAILED: langyan baseline {' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def habits_in(file):
    return [json.loads(line)["habit"] for line in file.read_text().splitlines() if line.startswith('{"habit"')]


def rows_of(center, book, question=""):
    rows, cursor = [], ""
    while True:
        page = center.ask(f"/api/v1/baseline/{book['id']}?limit=500{question}{cursor}")
        rows += page["rows"]
        if not page["next"]:
            assert len(rows) == page["matching"]
            return rows
        cursor = f"&cursor={page['next']}"


def place(row):
    return row["client"], row["server"], row.get("protocol", ""), row.get("unit", 0), row["verb"], row.get("function")


def learns(folder, center, sensor, learn):
    file = folder / "spool" / "baseline.json"
    process = sensor.start(("-r", learn), options=())
    check(process.wait(timeout=patience) == 0, f"the sensor reads the capture and ends: {sensor.log.read_text()[-300:]}")
    books = center.ask("/api/v1/baseline")["books"]
    check(len(books) == 1 and books[0]["book"]["sensor"] == "tested", f"the center has its book: {books}")
    book, exported = books[0], langyan("export", file)
    habits = len(re.findall(r"^      - \{verb: ", exported, re.M))
    check(habits > 50 and book["book"]["habits"] == habits and book["book"]["left_out"] == 0, f"with the {habits} habits the tool exports")
    rows = [row for row in rows_of(center, book) if row.get("verb")]
    check(sorted(map(place, rows), key=str) == sorted(map(place, habits_in(file)), key=str), "and the same ones")
    check([row["object"] for row in rows if "object" in row][0] in exported, "named as the rule book names them")
    zones = {zone["name"]: zone for zone in book["book"]["zones"]}
    check(zones["everything"]["mode"] == "learn" and 6 * 86_400 < zones["everything"]["left"] < 7 * 86_400, f"its zone learns for the rest of seven days: {zones}")
    check(book["book"]["file"] == str(file) and book["book"]["waiting"] == 0, "nothing waits yet")
    return book


def is_approved(folder, center, sensor, enforce):
    file = folder / "spool" / "baseline.json"
    wire = Wire(enforce, folder / "wire")
    sensor.settings = ("baseline.mode=enforce", "baseline.save_every=1s", "baseline.send_every=1s")
    process = sensor.start(("-r", folder / "wire"), options=())
    book = wait_for("something waits", lambda: (found := center.ask("/api/v1/baseline")["books"][0])["book"]["waiting"] and found)

    def as_in_the_file():
        found = [row for row in rows_of(center, book, "&state=waiting") if row.get("new")]
        return len(found) == sum("pending" in habit.get("flags", ()) for habit in habits_in(file)) and found
    new = wait_for("as many new habits wait as in the file", as_in_the_file, every=0.2)
    client = new[0]["client"]
    said = langyan("approve", file, "--client", client, "--reason", "known", "--by", "wang", "--wait", f"{patience}s")
    check("are normal now by the running sensor" in said, f"approved while it runs: {said}")

    def settled():
        rows = rows_of(center, book, f"&client={client}")
        return not any(row.get("new") for row in rows if row["client"] == client) and [row for row in rows if row.get("given")]
    given = wait_for("the center shows it", settled)
    check(any(place(row) == place(new[0]) for row in given), "what was new is a person's word at the center, and waits no more")
    wire.ended.set()
    check(process.wait(timeout=patience) == 0, "the sensor ends")


def is_not_sent(folder, center, sensor, capture):
    before = center.ask("/api/v1/baseline")["books"]
    for settings in (("baseline.mode=off",), ("baseline.mode=learn", "baseline.send_every=0s")):
        sensor.settings = settings
        check(sensor.start(("-r", capture), options=()).wait(timeout=patience) == 0, f"a sensor with {' and '.join(settings)}")
        check(center.ask("/api/v1/baseline")["books"] == before, "tells nothing of habits")


def main():
    with tempfile.TemporaryDirectory(prefix="langyan-book-") as name:
        folder = pathlib.Path(name)
        now = datetime.datetime.now(datetime.timezone.utc)
        learn, enforce = make(folder, "learn", now - datetime.timedelta(hours=2)), make(folder, "enforce", now, "deviations")
        above, center = Tier(programs, folder, "province", "cn"), Tier(programs, folder, "works", "cn/works")
        above.start()
        center.report_to(above)
        center.start()
        (folder / "token").write_text(center.token("tested", "--organisation", "cn/works").read_text())
        (folder / "token").chmod(0o600)
        sensor = Sensor(programs, folder, center.port, settings=("baseline.mode=learn",))
        learns(folder, center, sensor, learn)
        is_approved(folder, center, sensor, enforce)
        is_not_sent(folder, center, sensor, learn)
        wait_for("the center above has the sensor's alerts", lambda: any(row[0] == "tested" and row[4] == "alert" for row in above.rows()))
        check(above.ask("/api/v1/baseline")["books"] == [], "the center above has the sensor's alerts and not its habits")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())
