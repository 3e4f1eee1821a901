#!/usr/bin/env python3
"""A lower tier works alone for a week: seven days pass at an enterprise whose link is cut, day by day by a clock of its own
(libfaketime), each with a sensor that reports, a restart and its housekeeping. Then the link is mended: the center above gets all that is
released exactly once, of each day, the alerts before the rest, and the hours are summed up.

usage: week_test.py BIN_FOLDER [--days 7]
"""
import argparse
import collections
import pathlib
import shutil
import sys
import tempfile
import time

from tiers import Tier, clock, differences, faketime, identities, patience, wait_for
from kit import Sensor, industrial

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--days", type=int, default=7)
args = parser.parse_args()
args.bin = args.bin.resolve()
if not faketime:
    print("SKIPPED: libfaketime is not here; ./install.sh test installs it")
    sys.exit(77)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-week-"))
released = {"alert", "asset", "gap", "health", "stats", "rollup"}
failures = []
day = 86400


def noon(days_ago):
    """The environment of a program whose clock shows the noon of that day; of none before today, the time that is."""
    return clock(days_ago and days_ago * day + int(time.time()) % day - day // 2)


def receipts(tier):
    """Days of receipt, by the names of the store's files."""
    return sorted(file.stem for file in (tier.data / "events").glob("*.db"))


def events(tier):
    """What the enterprise itself made, heartbeats and sums, goes by another name at each hop; the sensor's does not."""
    return identities([row for row in tier.rows() if row[0] == "pump-1"], released)


nation = Tier(args.bin, data, "nation", "cn")
works = Tier(args.bin, data, "works-7", "cn/works-7")
try:
    nation.start()
    works.report_to(nation)
    nation.link.sever()
    folder = data / "pump-1"
    folder.mkdir()
    for left in range(args.days, 0, -1):
        works.environment.update(noon(left))
        works.start()
        if left == args.days:
            shutil.copy(works.token("pump-1", "--organisation", "cn/works-7", name="token-pump-1"), folder / "token")
        sensor = Sensor(args.bin, folder, works.port, environment=noon(left), settings=("sensor.name=pump-1",))
        sensor.start(industrial)
        if sensor.process.wait(timeout=patience):
            sys.exit(f"FAILED: the sensor, {left} days ago: {sensor.log.read_text()[-1000:]}")
        works.kill(15)
    waiting = events(works)
    days = receipts(works)
    if len(days) < args.days or len(events(nation)):
        failures.append(f"{len(days)} days of receipt at the enterprise, {len(events(nation))} events at the nation while the link is cut")

    # Today, and the link is there again.
    works.environment.update(noon(0))
    works.start()
    nation.link.mend()
    begun = time.monotonic()
    wait_for(f"{len(waiting)} events of {len(days)} days are at the nation", lambda: set(waiting) <= set(events(nation)), every=0.2)
    took = time.monotonic() - begun
    failures += differences(waiting, events(nation), "the nation")

    # The alerts came first, and each day is there.
    order = [row for row in nation.rows() if row[0] == "pump-1"]
    last_alert = max(place for place, row in enumerate(order) if row[4] == "alert")
    bulk_before = sum(row[4] != "alert" for row in order[:last_alert])
    bulk = sum(row[4] != "alert" for row in order)
    if bulk_before > bulk / 4:
        failures.append(f"{bulk_before} of {bulk} other events came before the last alert")
    alerts = collections.Counter(line["timestamp"][:10] for line in nation.lines() if line["event_type"] == "alert")
    if len(alerts) < args.days or len(set(alerts.values())) > 2:
        failures.append(f"alerts by day: {dict(alerts)}")
    hours = wait_for("the hours are summed up", lambda: (found := [line["rollup"]["from"] for line in nation.lines() if line["event_type"] == "rollup"]) and
                     len(found) >= (args.days - 1) * 24 and found, every=0.5)
    if len(set(hours)) != len(hours):
        failures.append(f"{len(hours) - len(set(hours))} hours are summed up twice")
    for failure in failures:
        print(failure)
    if failures:
        sys.exit("FAILED")
    print(f"a week alone: {len(waiting)} events of {len(days)} days, {sum(alerts.values())} of them alerts, and {len(hours)} hours summed up, each once at the nation {took:.1f} s after the "
          f"link was mended; {bulk_before} of {bulk} others before the last alert")
finally:
    for tier in (nation, works):
        if tier.alive():
            tier.kill(15)
    shutil.rmtree(data, ignore_errors=True)
