#!/usr/bin/env python3
"""A sensor killed in each call that changes its spool: before it, halfway through a write, after it.

usage: spool_kill_test.py BIN_FOLDER SHIM [--every K] [--seed N] [--only N]

Every round begins with a new spool of small segments that evicts, rotates and is shipped to a center,
kills the sensor in one call, reads what was committed, starts it again on another capture and, at the
end, looks into the center's store: each committed position is there once, as a line that a capture
holds, or in a gap with its reason. With --every K the calls N, N+K, N+2K … with N from the seed.
"""
import argparse
import collections
import concurrent.futures
import itertools
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading

import faults

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("shim", type=pathlib.Path)
parser.add_argument("--every", type=int, default=1)
parser.add_argument("--seed", type=int, default=random.randrange(1000))
parser.add_argument("--only", type=int, help="this call alone")
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-spool-kill-")).resolve()
# Each capture of a folder ends in a commit.
captures = [word for name in ("modbus", "iec104") for word in ("-r", faults.root / "pcaps" / name)]
small = ["-r", faults.root / "pcaps" / "modbus" / "poll-short.pcap"]
caps = [word for cap in ("caps.spool.segment_bytes=16KiB", "caps.spool.bulk_bytes=64KiB",
                         "caps.spool.alert_bytes=64KiB", "spool.commit_records=6")
        for word in ("--set", cap)]
center = faults.Center(args.bin, data / "center")
tries = 6  # rounds at a time; each mostly waits


class Place:
    """A spool and a page of its own, so that several rounds run at a time."""

    def __init__(self, number):
        self.spool = data / f"spool-{number}"
        self.page = faults.Page(data / f"page-{number}")

    def sensor(self, source, more=(), environment=None):
        return subprocess.run(faults.sensor_command(args.bin, self.spool, *source, *caps, *more), env=environment,
                              timeout=faults.patience, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def round(self, call, when, shipping):
        """True when the sensor was killed, False when it makes fewer calls."""
        shutil.rmtree(self.spool, ignore_errors=True)
        self.page.kill_at(call, when)
        status = self.sensor(captures, up if shipping else (), self.page.environment(args.shim, self.spool))
        self.note_promises()
        again = self.sensor(small, up)
        self.note_promises()
        with lock:
            killed = bool(self.page.last)
            if killed:
                by_call[self.page.last.split("-0")[0]] += 1
            else:
                totals[shipping] = self.page.by_op
            # A shipper that died alone is started again by its parent.
            if again != 0 or (status != 0 and not killed) or (killed and status == 0 and not shipping):
                problems.append(f"call {call} ({self.page.last}): ended with {status}, the next start with {again}")
            ends[status] += 1
        return killed

    def note_promises(self):
        with lock:
            for key, last in faults.promised(self.spool).items():
                promises[key] = max(promises[key], last)

    def work(self, number):
        # A round that ships leaves the spool short; one that does not evicts and rotates.
        for when, shipping in variants[number::tries]:
            for call in [args.only] if args.only else itertools.count(1 + args.seed % args.every, args.every):
                if not self.round(call, when, shipping):
                    break


def known_lines():
    lines = set()
    for source in (captures, small):
        out = subprocess.run(faults.sensor_command(args.bin, data / "known", *source, "--set", "eve.file=-"),
                             check=True, capture_output=True).stdout
        lines |= {faults.content(line) for line in out.splitlines()}
    return lines


print(f"seed {args.seed}: every {args.every} of the calls")
lock = threading.Lock()
by_call, promises, totals, problems = collections.Counter(), collections.Counter(), {}, []
ends = collections.Counter()
variants = [(when, shipping) for when in (faults.before, faults.halfway, faults.after) for shipping in (False, True)]
try:
    known = known_lines()
    if not center.start():
        sys.exit("the center did not start")
    (data / "token").write_text(center.token("faulty") + "\n")
    (data / "token").chmod(0o600)
    up = faults.uplink(center.port, data / "token")
    with concurrent.futures.ThreadPoolExecutor(tries) as pool:
        list(pool.map(lambda number: Place(number).work(number), range(tries)))
    center.end()
    events, gaps = faults.stored(data / "center")
    problems += faults.faults(promises, events, gaps, known)
    reasons = collections.Counter(gap["reason"] for found in gaps.values() for gap in found)
    rounds = sum(by_call.values())
    print(f"calls of a whole run, by whether it ships: {totals}")
    print(f"{rounds} kills: {dict(sorted(by_call.items()))}; the sensor ended with {dict(ends)}")
    print(f"{sum(promises.values())} positions committed in {len({epoch for epoch, _ in promises})} epochs, "
          f"{sum(len(have) for have in events.values())} stored, gaps {dict(reasons)}")
    if rounds < (1 if args.only else 20):
        problems.append("too little was killed for this to be a test")
    for problem in problems[:20]:
        print(problem)
    print("FAILED" if problems else "every committed position is in the store exactly once")
    sys.exit(1 if problems else 0)
finally:
    if center.process and center.process.poll() is None:
        center.process.kill()
    shutil.rmtree(data, ignore_errors=True)
