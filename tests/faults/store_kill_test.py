#!/usr/bin/env python3
"""A center killed in each call that changes its folder: before it, halfway through a write, after it.

usage: store_kill_test.py BIN_FOLDER SHIM [--every K] [--seed N] [--only N]

Every round starts a center on a copy of a prepared folder (fresh, or left behind by a kill), delivers
batches, one of them twice, delivers a catalogue and acknowledges an alert, until the center dies in one
call. A second start must find what was answered, once; then everything is sent again and must be there
exactly once, and so must the alert's state. With --every K the calls N, N+K, N+2K … with N from the seed.
"""
import argparse
import collections
import concurrent.futures
import hashlib
import itertools
import json
import pathlib
import random
import shutil
import signal
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
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-store-kill-")).resolve()
tries = 3  # rounds at a time; each mostly waits
epoch = "00000000000000e1"
catalogue = json.dumps({"fields": []}).encode()
problems, by_call, totals, lock = [], collections.Counter(), {}, threading.Lock()


def line(lane, seq):
    event = {"timestamp": f"2026-03-02T11:00:00.{seq:06d}+0000", "event_type": "alert" if lane == "alert" else "modbus",
             "src_ip": f"10.3.9.{seq % 200}", "src_port": 50000, "dest_ip": "10.3.1.4", "dest_port": 502, "proto": "TCP",
             "app_proto": "modbus", "ot": {"verb": "write", "object": f"{40000 + seq}", "result": "ok"}}
    if lane == "alert":
        event["alert"] = {"signature_id": 9100000, "gid": 1, "signature": "Write by a stranger", "severity": 1}
    text = json.dumps(event, separators=(",", ":"))
    return f'{text[:-1]},"origin":{{"sensor":"faulty","epoch":"{epoch}","lane":"{lane}","seq":{seq}}}}}'


# Lane, first and last position; the third begins before what the first brought.
batches = [("alert", 1, 8), ("bulk", 1, 60), ("alert", 5, 12), ("bulk", 61, 90)]
complete = {(epoch, "alert"): 12, (epoch, "bulk"): 90}
known = {faults.content(line(lane, seq)) for (_, lane), last in complete.items() for seq in range(1, last + 1)}


class Round:
    """One center's life and the next one's. `answered` holds what the center said it has."""

    def __init__(self, place, left_behind):
        self.center = faults.Center(args.bin, place)
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(prepared[left_behind], place)
        self.answered, self.acknowledged, self.catalogued = collections.Counter(), None, False

    def deliver(self, lane, first, last):
        body = "".join(line(lane, seq) + "\n" for seq in range(first, last + 1)).encode()
        answer = self.center.ask("POST", "/api/v1/ingest", body, {
            "Authorization": f"Bearer {tokens['ingest']}", "Langyan-Source": "faulty", "Langyan-Epoch": epoch,
            "Langyan-Lane": lane, "Langyan-First": str(first), "Langyan-Count": str(last - first + 1),
            "Content-Type": "application/x-ndjson"})
        if answer and answer[0] == 200:
            self.answered[epoch, lane] = max(self.answered[epoch, lane], json.loads(answer[1])["acked"])
        return answer

    def act(self, method, path, body=b""):
        return self.center.ask(method, path, body, {"Authorization": f"Bearer {tokens['analyst']}",
                                                    "Content-Type": "application/json"})

    def work(self):
        """Ends early when an answer does not come. Any answer but the right one is a fault."""
        for lane, first, last in batches[:2]:
            if not self.right(self.deliver(lane, first, last), 200):
                return
        name = hashlib.sha256(catalogue).hexdigest()
        put = self.center.ask("PUT", f"/api/v1/catalogues/{name}", catalogue, {
            "Authorization": f"Bearer {tokens['ingest']}", "Content-Type": "application/json"})
        if not self.right(put, 201, 204):
            return
        self.catalogued = True
        found = self.act("GET", "/api/v1/alerts?limit=50")
        if not self.right(found, 200):
            return
        alert = next(each["id"] for each in json.loads(found[1])["alerts"] if '"10.3.9.1"' in json.dumps(each))
        if not self.right(self.act("POST", "/api/v1/alerts/actions",
                                   json.dumps({"action": "ack", "ids": [alert]}).encode()), 200):
            return
        self.acknowledged = alert
        for lane, first, last in batches[2:]:
            if not self.right(self.deliver(lane, first, last), 200):
                return

    def right(self, answer, *statuses):
        if answer and answer[0] not in statuses:
            self.wrong(f"answered {answer[0]}: {answer[1][:200]}")
        return answer is not None and answer[0] in statuses

    def wrong(self, what):
        with lock:
            problems.append(f"{self.name}: {what}")

    def look(self, promises):
        events, gaps = faults.stored(self.center.data)
        for problem in faults.faults(promises, events, gaps, known):
            self.wrong(problem)
        if gaps:
            self.wrong(f"gaps: {dict(gaps)}")
        return events

    def run(self, page, call, when):
        page.kill_at(call, when)
        if self.center.start(page.environment(args.shim, self.center.data)):
            self.work()
            self.center.end()
        self.name = f"call {call} ({page.last}), {('before', 'halfway', 'after')[when]}"
        killed = self.center.process.returncode == -signal.SIGKILL
        if not killed and self.center.process.returncode != 0:
            self.wrong(f"the center ended with {self.center.process.returncode}")
        if not self.center.start():
            self.wrong("the center did not start again")
            return killed
        events = self.look(self.answered)
        if any(seq > complete[key] for key in events for seq in events[key]):
            self.wrong("more was stored than was sent")
        acknowledged = self.acknowledged
        self.work()
        if acknowledged and acknowledged != self.acknowledged:
            self.wrong("the alert changed its id")
        if self.answered != complete:
            self.wrong(f"sent again, the center has {dict(self.answered)}")
        history = self.act("GET", f"/api/v1/alerts/{self.acknowledged}/history")
        if not history or history[0] != 200 or b"acknowledged" not in history[1]:
            self.wrong(f"the acknowledged alert's history: {history}")
        self.look(complete)
        self.center.end()
        return killed

    name = "?"


def work(number):
    place, page = data / f"center-{number}", faults.Page(data / f"page-{number}")
    variants = [(when, left) for when in (faults.before, faults.halfway, faults.after) for left in (False, True)]
    for when, left_behind in variants[number::tries]:
        for call in [args.only] if args.only else itertools.count(1 + args.seed % args.every, args.every):
            killed = Round(place, left_behind).run(page, call, when)
            with lock:
                if killed:
                    by_call[page.last] += 1
                else:
                    totals[left_behind] = page.by_op
            if not killed:
                break


def kinds():
    """The calls hit, with the names of day files made one."""
    seen = collections.Counter()
    for name, times in by_call.items():
        op, _, file = name.partition(" ")
        seen[f"{op} {'day.db' + file.partition('.db')[2] if file.startswith('events-') else file}"] += times
    return dict(sorted(seen.items()))


print(f"seed {args.seed}: every {args.every} of the calls")
try:
    first = faults.Center(args.bin, data / "fresh")
    if not first.start():
        sys.exit("the center did not start")
    tokens = {"ingest": first.token("faulty")}
    tokens["analyst"] = faults.subprocess.run(
        [args.bin / "langyan", "token", "add", "--data", first.data, "--role", "analyst"], check=True,
        capture_output=True, text=True).stdout.strip()
    first.end()
    prepared = {False: data / "fresh", True: data / "left"}
    left = Round(data / "left-life", False)
    left.center.start()
    left.deliver("bulk", 1, 20)
    left.center.end(signal.SIGKILL)
    (left.center.data / "admin.sock").unlink(missing_ok=True)
    shutil.copytree(left.center.data, data / "left")
    with concurrent.futures.ThreadPoolExecutor(tries) as pool:
        list(pool.map(work, range(tries)))
    print(f"calls of a whole life, by whether its folder was left by a kill: {totals}")
    print(f"{sum(by_call.values())} kills: {kinds()}")
    if sum(by_call.values()) < (1 if args.only else 20):
        problems.append("too little was killed for this to be a test")
    for problem in problems[:20]:
        print(problem)
    print("FAILED" if problems else "what was answered is in the store exactly once")
    sys.exit(1 if problems else 0)
finally:
    shutil.rmtree(data, ignore_errors=True)
