#!/usr/bin/env python3
"""The disk of a center's store is full, once with SQLite and once with two shards of ClickHouse, under a sensor that delivers: the center
stays up, answers what is asked and refuses what it cannot keep; once there is room again, all that the sensor committed is there exactly once.

usage: center_disk_test.py BIN_FOLDER

The full disk is a tmpfs, which needs root.
"""
import argparse
import collections
import errno
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

root = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(root / "tests" / "pipeline"), str(root / "tests" / "store")]
import clickhouse  # noqa: E402
from kit import Center, Link, Sensor, industrial, patience, stored_in, wait_for  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
args.bin = args.bin.resolve()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-center-disk-"))
mounted, failures = [], []


def mount(folder, size):
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True).returncode:
        print("SKIPPED: a tmpfs cannot be mounted here; run as root")
        sys.exit(77)
    mounted.append(folder)


def fill(folder):
    """Until not an octet more fits."""
    filler = folder / "filler"
    with open(filler, "ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return filler


def ask(center, target, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{center.port}{target}", json.dumps(body).encode() if body else None, {
        "Authorization": "Bearer " + center.secret, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def try_engine(name, folder, full, settings, stored):
    """`full`: the disk that fills; `stored()`: (epoch, lane) -> Counter of positions."""
    link = Link()
    (data / name).mkdir()
    center = Center(args.bin, folder, link, settings=settings)
    center.start()
    center.token("tested", name=f"token-{name}")
    center.secret = subprocess.run([args.bin / "langyan", "token", "add", "--data", folder, "--role", "analyst"], check=True,
                                   capture_output=True, text=True).stdout.strip()
    shutil.copy(folder.parent / f"token-{name}", data / name / "token")
    sensor, committed = Sensor(args.bin, data / name, link.port), collections.Counter()
    sensor.start(industrial)
    if sensor.process.wait(timeout=patience):
        sys.exit(f"FAILED: the sensor: {sensor.log.read_text()[-1500:]}")
    sensor.note_committed(committed)
    before = sum(len(each) for each in stored().values())
    alert = ask(center, "/api/v1/alerts?limit=1")[1]["alerts"][0]["id"]

    filler = fill(full)
    sensor.start([*industrial * 3])

    def committed_more():
        sensor.note_committed(committed)
        return committed.total() > before
    wait_for(f"{name}: the sensor has more", committed_more)
    time.sleep(3)  # for the center to be tried with it
    held = sum(len(each) for each in stored().values())
    if not center.alive():
        sys.exit(f"FAILED: {name}: the center ended: {center.log.read_text()[-1500:]}")
    status, said = ask(center, "/api/v1/alerts?limit=5")
    if status != 200 or len(said["alerts"]) != 5:
        failures.append(f"{name}: a question is answered {status} {said}")
    if name == "sqlite":  # documents are on the full disk, too
        status, said = ask(center, "/api/v1/alerts/actions", {"action": "ack", "ids": [alert]})
        acted = status == 200 and said["results"][0]["ok"]
        if not acted and "full" not in json.dumps(said):
            failures.append(f"{name}: an action is answered {status} {said}")
    sensor.note_committed(committed)
    wanted = committed.total()
    if held >= wanted:
        failures.append(f"{name}: {held} of {wanted} events are stored on a full disk: it was not full")

    filler.unlink()
    if sensor.process.wait(timeout=patience):
        sys.exit(f"FAILED: {name}: the sensor: {sensor.log.read_text()[-1500:]}")
    sensor.note_committed(committed)
    wait_for(f"{name}: everything committed is stored", lambda: all(len(there) >= last for there, last in (
        (stored()[key], last) for key, last in committed.items())), every=0.5)
    there = stored()
    for key, last in sorted(committed.items()):
        twice = [position for position, times in there[key].items() if times > 1]
        missing = [position for position in range(1, last + 1) if position not in there[key]]
        if twice or missing:
            failures.append(f"{name}, {key}: {len(twice)} twice, {len(missing)} of {last} missing")
    center.kill(15)
    print(f"{name}: {before} events before, {held} while full, {committed.total()} committed and stored once each when there was room", flush=True)


try:
    mount(data / "disk", "16m")
    folder = data / "disk" / "center"
    try_engine("sqlite", folder, data / "disk", (), lambda: stored_in(folder)[0])
    if clickhouse.installed():
        cluster = clickhouse.Cluster(2)
        mount(cluster.folder, "160m")  # of both shards: where one has room it takes what the other cannot
        with cluster as shards:
            try_engine("clickhouse", data / "clickhouse-center", cluster.folder, (
                "store.engine=clickhouse", f"clickhouse.nodes=[{', '.join(each.url for each in shards)}]",
                f"clickhouse.cluster={clickhouse.cluster}"), lambda: clickhouse.stored(shards[0]))
    for failure in failures:
        print(failure)
    if failures:
        sys.exit("FAILED")
finally:
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], capture_output=True)
    shutil.rmtree(data, ignore_errors=True)
