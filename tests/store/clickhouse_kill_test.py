#!/usr/bin/env python3
"""Sensor, center and two shards of ClickHouse, killed with -9 in turn: what the sensor committed is
there exactly once, whoever died.

usage: clickhouse_kill_test.py BIN_FOLDER [--rounds 6] [--seed 1]
"""
import argparse
import collections
import pathlib
import random
import shutil
import sys
import tempfile
import time

import clickhouse

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import Center, Link, Sensor, industrial, patience, wait_for  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=6)
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
if not clickhouse.installed():
    sys.exit("FAILED: clickhouse-server is not installed; ./install.sh test")
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clickhouse-kill-"))
committed, died = collections.Counter(), collections.Counter()


with clickhouse.Cluster(2) as shards:
    link = Link()
    center = Center(args.bin, data / "center", link, settings=(
        "store.engine=clickhouse", f"clickhouse.nodes=[{', '.join(each.url for each in shards)}]",
        f"clickhouse.cluster={clickhouse.cluster}"))
    center.start()
    center.token("tested")
    sensor = Sensor(args.bin, data, link.port)
    for number in range(args.rounds):
        sensor.start([*industrial * 3])
        victim = ("center", "shard 0", "shard 1")[number % 3]
        time.sleep(chance.uniform(0.1, 1.2))
        if victim == "center":
            center.kill()
            center.start()
        else:
            shard = shards[int(victim[-1])]
            shard.kill()
            time.sleep(chance.uniform(0, 0.5))
            shard.start()
        died[victim] += 1
        if sensor.process.wait(timeout=patience) != 0:
            sys.exit(f"FAILED: the sensor: {sensor.log.read_text()[-1500:]}")
        sensor.note_committed(committed)

    def all_there():
        there = clickhouse.stored(shards[0])
        return all(len(there[key]) >= last for key, last in committed.items())
    wait_for("everything committed is stored", all_there, every=0.5)
    there, wrong = clickhouse.stored(shards[0]), []
    for key, last in sorted(committed.items()):
        twice = [position for position, times in there[key].items() if times > 1]
        missing = [position for position in range(1, last + 1) if position not in there[key]]
        if twice or missing:
            wrong.append(f"{key}: {len(twice)} twice, {len(missing)} of {last} missing, first {(twice + missing)[:3]}")
    center.kill()
    if wrong or not committed.total():
        sys.exit("FAILED: " + "; ".join(wrong or ["nothing was committed"]))
print(f"{args.rounds} rounds ({', '.join(f'{name} {times}' for name, times in sorted(died.items()))}): "
      f"{committed.total()} positions committed, each stored once")
shutil.rmtree(data)
