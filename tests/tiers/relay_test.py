#!/usr/bin/env python3
"""Sensor, enterprise, province, nation as programs of their own: links cut and mended, centers killed with
-9 while they pass events on: what is released is at every tier exactly once, alerts before the rest.

usage: relay_test.py BIN_FOLDER [--rounds 6] [--seed N]
"""
import argparse
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

from tiers import Tier, differences, identities, patience, wait_for
from kit import Sensor, industrial, root

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=6)
parser.add_argument("--seed", type=int, default=11)
args = parser.parse_args()
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-tiers-"))

types = {"alert", "asset", "modbus", "s7comm", "iec104", "gap", "health"}
release = f"uplink.release.types=[{', '.join(sorted(types))}, stats, rollup]"
enterprise = Tier(args.bin, data, "works-7", "cn/js/works-7", (release,))
province = Tier(args.bin, data, "js", "cn/js", (release,))
nation = Tier(args.bin, data, "cn", "cn")
tiers = (enterprise, province, nation)
sensor = Sensor(args.bin, enterprise.data.parent, enterprise.link.port)
failures, notes = [], []


def feed():
    sensor.start(industrial)
    if (status := sensor.process.wait(timeout=patience)) != 0:
        sys.exit(f"FAILED: the sensor ended with {status}: {sensor.log.read_text()[-1000:]}")


def same_above():
    """Waits until province and nation have what the enterprise releases."""
    wanted = identities(enterprise.rows(), types)

    def there():
        return all(set(wanted) <= set(identities(tier.rows(), types)) for tier in (province, nation))
    wait_for(f"{len(wanted)} events at each tier", there, every=0.2)
    return wanted


def check(what):
    wanted = identities(enterprise.rows(), types)
    for tier in (province, nation):
        failures.extend(differences(wanted, identities(tier.rows(), types), f"{what}: {tier.name}"))
        for own in ("works-7", "js"):
            twice = [row for row, times in identities(tier.rows(), sensor=own).items() if times > 1]
            if twice:
                failures.append(f"{what}: {tier.name}: {len(twice)} events of {own} twice, as {twice[:2]}")


try:
    for tier in reversed(tiers):
        tier.start()
        below = {"cn": province, "js": enterprise}.get(tier.name)
        if below:
            below.report_to(tier)
    enterprise.token("tested", "--organisation", "cn/js/works-7/boiler")

    feed()
    wanted = same_above()
    check("links whole")
    rows = nation.rows()
    if {row[5] for row in rows if row[0] == "tested"} != {"cn/js/works-7/boiler"}:
        failures.append(f"organisations at the nation: {({row[5] for row in rows if row[0] == 'tested'})}")
    if {row[6] for row in rows if row[0] == "tested"} != {"js"}:
        failures.append("via at the nation is not the province")
    line = next(line for line in nation.lines() if line["event_type"] == "alert")
    if line["via"] != ["works-7", "js"] or "payload" in line or "value" in line.get("ot", {}):
        failures.append(f"an alert at the nation: {line}")
    # What is listed of the centers below, and what a preview says is what arrived.
    wait_for("heartbeats at the nation", lambda: {"js", "works-7"} <= {
        each["name"] for each in nation.ask("/api/v1/platforms")["platforms"]
        if each["heartbeat"] and each["heartbeat"]["events"] > 0})
    for each in nation.ask("/api/v1/platforms")["platforms"]:
        beat = each["heartbeat"]
        good = each["last_heard"] and beat["events"] > 0 and set(beat["behind"]) == {"alert", "bulk"}
        if each["name"] == "js":
            good = good and each["direct"] and each["received"]["alert"] > 0 and each["organisation"] == "cn/js"
        else:
            good = good and not each["direct"] and each["via"] == "js" and each["organisation"] == "cn/js/works-7"
        if not good:
            failures.append(f"listed at the nation: {each}")
    preview = enterprise.ask("/api/v1/policy/preview", {"types": ["alert"], "since": "-365d"}, role="security")
    above = [line for line in province.lines() if line["event_type"] == "alert"]
    if not preview["lines"] or any(line not in above for line in preview["lines"]):
        failures.append(f"the preview shows {len(preview['lines'])} alerts, and some did not arrive so")
    if {"flow", "stats"} - {row["value"] for row in preview["held_types"]} or "ot.value" not in {
            row["value"] for row in preview["held_fields"]}:
        failures.append(f"the preview does not say what stays: {preview['held_types']}, {preview['held_fields']}")
    if len(nation.ask("/api/v1/alerts?via=js&limit=1000")["alerts"]) != len(above) or nation.ask(
            "/api/v1/alerts?via=works-7")["alerts"]:
        failures.append("via does not filter at the nation")
    if len(nation.ask("/api/v1/alerts?organisation=cn/js/works-7/boiler&limit=1000")["alerts"]) != len(above):
        failures.append("organisation does not filter at the nation")

    notes.append(f"links whole: {len(wanted)} events at each tier, "
                 f"{sum(row[4] == 'alert' for row in rows)} of them alerts")

    # The province's link is cut; the enterprise goes on alone, and catches up, alerts first.
    before = len(province.rows())
    province.link.sever()
    feed()
    feed()
    time.sleep(1)
    alone = len(identities(enterprise.rows(), types)) - len(wanted)
    if len(identities(province.rows(), types)) != len(wanted):
        failures.append("something came through a link that is cut")
    province.link.mend()
    wanted = same_above()
    check("after the cut")
    lanes = [row[2] for row in province.rows()[before:] if row[0] == "tested"]
    last_alert = max(i for i, lane in enumerate(lanes) if lane == "alert")
    if any(lane == "bulk" for lane in lanes[:last_alert]):
        failures.append(f"after the cut, {lanes[:last_alert].count('bulk')} events overtook alerts")
    notes.append(f"cut: {alone} events waited, {lanes.count('alert')} alerts came before {lanes.count('bulk')} others")

    # Killed in the middle, at each place of the chain, most often the center between two others.
    kills = {tier.name: 0 for tier in tiers}
    for turn in range(args.rounds):
        sensor.start(industrial)
        for _ in range(3):
            time.sleep(chance.uniform(0.02, 0.6))
            victim = chance.choice((province, province, enterprise, nation))
            victim.kill()
            kills[victim.name] += 1
            time.sleep(chance.uniform(0, 0.2))
            victim.start()
        if sensor.process.wait(timeout=patience) != 0:
            failures.append(f"the sensor failed: {sensor.log.read_text()[-500:]}")
    wanted = same_above()
    check("after the kills")
    notes.append(f"kill -9: {kills}; {len(wanted)} events at each tier exactly once")
    for tier in tiers:
        tier.kill(signal.SIGTERM)
    check("at the end")
    for note in notes:
        print(note)
    for failure in failures:
        print(failure)
    if failures or len(wanted) < 1000 or not kills["js"]:
        sys.exit("FAILED")
    print("every released event is at every tier exactly once")
finally:
    for tier in tiers:
        if tier.alive():
            tier.process.kill()
    if sensor.process:
        sensor.kill_all()
    if failures:
        for tier in tiers:
            print(f"--- {tier.name}: {tier.log.read_text()[-1500:]}")
    shutil.rmtree(data, ignore_errors=True)
