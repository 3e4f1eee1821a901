#!/usr/bin/env python3
"""A backup made while a sensor delivers, restored: the same answers, and the sensor goes on without
loss or doubling; a damaged backup and a folder that is in use are refused.

usage: backup_test.py BIN_FOLDER
"""
import collections
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from kit import Center, Link, Sensor, industrial, patience, stored_in, wait_for

programs = pathlib.Path(sys.argv[1])
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-backup-"))


def run(*words):
    done = subprocess.run([programs / "langyan-center", *words], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def expect(what, is_so, text=""):
    if not is_so:
        sys.exit(f"FAILED: {what} {text}")


def answers(center):
    token = subprocess.run([programs / "langyan", "token", "add", "--data", center.data, "--role", "viewer"],
                           check=True, capture_output=True, text=True).stdout.strip()

    def ask(path):
        request = urllib.request.Request(f"http://127.0.0.1:{center.port}/api/v1/{path}",
                                         headers={"Authorization": f"Bearer {token}"})
        return json.load(urllib.request.urlopen(request))
    groups = ask("search/aggregate?query=%7C%20groupby%20type%20verb%20%7C%20head%201000")["rows"]
    first = [event["id"] for event in ask("alerts?limit=100")["alerts"]]
    return groups, first


def rows(folder):
    stored, gaps = stored_in(folder)
    for key, positions in stored.items():
        twice = [seq for seq, times in positions.items() if times > 1]
        expect("each event once", not twice, f"{key}: {twice[:3]}")
    return stored, gaps


link = Link()
center = Center(programs, data / "center", link)
center.start()
center.token("tested")
sensor = Sensor(programs, data, link.port)
sensor.start([*industrial * 6])
wait_for("the first thousand events", lambda: sum(map(len, rows(center.data)[0].values())) >= 1000)
code, said = run("backup", data / "under-way", "--data", center.data)
expect("a backup while events come in", code == 0, said)
expect("the center goes on", center.alive())
expect("the sensor", sensor.process.wait(timeout=patience) == 0, sensor.log.read_text()[-1500:])
committed = collections.Counter()
sensor.note_committed(committed)
wait_for("everything is stored", lambda: all(len(rows(center.data)[0][key]) >= last for key, last in committed.items()))
code, said = run("backup", data / "whole", "--data", center.data)
expect("a backup of a center at rest", code == 0, said)
before = answers(center)
center.kill()

# The whole one: the same answers.
(data / "again").mkdir()
again = Center(programs, data / "again" / "center")
code, said = run("restore", data / "whole", "--data", again.data)
expect("a restore", code == 0, said)
expect("restored as it was", rows(again.data)[0] == rows(center.data)[0])
again.start()
expect("the same answers", answers(again) == before)
audit = subprocess.run([programs / "langyan", "audit", "verify", "--data", again.data], capture_output=True, text=True)
expect("the audit log is intact after a kill and a restore", audit.returncode == 0 and audit.stdout.startswith("intact: "), audit.stdout + audit.stderr)
again.kill()

# What is in use is not written over, what is damaged is not restored.
code, said = run("restore", data / "whole", "--data", again.data)
expect("a folder in use is refused", code == 2 and "not empty" in said, said)
damaged = data / "damaged"
refused = 0
for name in ("state.db", next((data / "whole" / "events").iterdir()).relative_to(data / "whole"), "manifest"):
    shutil.copytree(data / "whole", damaged)
    octets = bytearray((damaged / name).read_bytes())
    octets[len(octets) // 2] ^= 1
    (damaged / name).write_bytes(octets)
    code, said = run("restore", damaged, "--data", data / "new")
    expect(f"a damaged {name} is refused", code == 78 and "damaged" in said and not (data / "new").exists(), said)
    shutil.rmtree(damaged)
    refused += 1
shutil.copytree(data / "whole", damaged)
(damaged / "manifest").unlink()
code, said = run("restore", damaged, "--data", data / "new")
expect("a backup without its manifest is refused", code == 66 and not (data / "new").exists(), said)

# One that was cut short is told by the next, by name, and leaves nothing behind once that is removed.
left = data / "new.restoring"
cut = subprocess.run([programs / "langyan-center", "restore", data / "whole", "--data", data / "new"], capture_output=True,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
expect("a restore without room", cut.returncode != 0 and any(left.iterdir()) and not (data / "new").exists(), str(cut))
code, said = run("restore", data / "whole", "--data", data / "new")
expect("what is left of it is told", code == 2 and "cut short" in said and f"rm -r {left}" in said and not (data / "new").exists(), said)
shutil.rmtree(left)
code, said = run("restore", data / "whole", "--data", data / "new")
expect("a restore after that", code == 0 and not left.exists(), said)

# The one under way: a beginning of each stream. The sensor goes on from where it is.
(data / "late").mkdir()
late = Center(programs, data / "late" / "center", link)
code, said = run("restore", data / "under-way", "--data", late.data)
expect("a restore of a backup under way", code == 0, said)
had = {key: len(positions) for key, positions in rows(late.data)[0].items()}
expect("the beginning of each stream", had and all(set(positions) == set(range(1, len(positions) + 1)) for positions in rows(late.data)[0].values()))
late.start()
audit = subprocess.run([programs / "langyan", "audit", "verify", "--data", late.data], capture_output=True, text=True)
expect("the audit log of a backup under way is intact", audit.returncode == 0, audit.stdout + audit.stderr)
sensor.start([*industrial])
expect("the sensor after the restore", sensor.process.wait(timeout=patience) == 0, sensor.log.read_text()[-1500:])
now = collections.Counter()
sensor.note_committed(now)


def delivered():
    stored, _ = rows(late.data)
    return all(set(range(committed[key] + 1, last + 1)) <= set(stored[key]) for key, last in now.items())


wait_for("the sensor goes on", delivered)
stored, gaps = rows(late.data)
lost = 0
for key, last in now.items():
    missing = set(range(1, last + 1)) - set(stored[key])
    told = set()
    for line in gaps[key]:
        gap = json.loads(line)["gap"]
        told |= set(range(gap["from"], gap["to"] + 1))
    expect("what is missing is told as a gap", missing <= told, f"{key}: {len(missing)} missing, {len(told)} told")
    lost += len(missing)
late.kill()
print(f"{committed.total()} events, backup under way at {sum(had.values())}, restored: {now.total() - committed.total()} more delivered, "
      f"{lost} since the backup told as gaps; {refused + 2} restores refused")
shutil.rmtree(data)
