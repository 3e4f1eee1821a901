#!/usr/bin/env python3
"""Notices travel: enterprise, province and nation as programs of their own, links cut and mended, centers killed with -9 while
notices are worked on at both ends: each entry is at every tier exactly once, and all tiers agree on every state.

usage: notices_test.py BIN_FOLDER [--notices 24] [--kills 12] [--seed N]
"""
import argparse
import collections
import http.client
import pathlib
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.error

from tiers import Tier, wait_for

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--notices", type=int, default=24)
parser.add_argument("--kills", type=int, default=12)
parser.add_argument("--seed", type=int, default=7)
args = parser.parse_args()
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-notices-"))

nation = Tier(args.bin, data, "cn", "cn")
province = Tier(args.bin, data, "js", "cn/js")
enterprise = Tier(args.bin, data, "works-7", "cn/js/works-7")
tiers = (nation, province, enterprise)
failures, notes = [], []


def issue(tier, title):
    made = tier.ask("/api/v1/notices", {"kind": "incident", "title": title, "organisation": "cn/js/works-7"})
    return act(tier, made["id"], "issue")["id"]


def act(tier, notice, action, reason="seen and done"):
    return tier.ask(f"/api/v1/notices/{notice}/transitions", {"action": action, "reason": reason})


def whole(tier, notice):
    try:
        return tier.ask(f"/api/v1/notices/{notice}")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def entries(tier, notice):
    return [(each["number"], each["center"], each["action"], each["organisation"], each["reason"], each["time"], each["refused"])
            for each in whole(tier, notice)["entries"]]


def agree(notices):
    """Waits until all tiers say the same of all these notices; returns a notice's state and entries."""
    def same():
        try:
            told = [{each: (whole(tier, each) or {}).get("state") and
                     (whole(tier, each)["state"]["word"], tuple(entries(tier, each))) for each in notices} for tier in tiers]
        except (OSError, http.client.HTTPException):
            return None
        return told[0] if all(each == told[0] for each in told) and None not in told[0].values() else None
    return wait_for(f"{len(notices)} notices are the same at each tier", same, every=0.3)


def letters(tier):
    """notice -> Counter of keys, from the file itself."""
    with sqlite3.connect(f"file:{tier.data}/state.db?mode=ro", uri=True) as database:
        return collections.Counter(row for row, in database.execute("SELECT id FROM documents WHERE kind = 'notice_entry'"))


def answers_to(tier, notice):
    """What this end of the chain might do now; the test's own words, not the answer's."""
    state = whole(tier, notice)["state"]["word"]
    mine = {"issued": ["receive"], "received": ["fix"], "rejected": ["fix"], "fixing": ["submit"]} if tier is enterprise else {
        "submitted": ["review", "reject"], "review": ["close", "close", "reject"]}
    return mine.get(state, [])


class Worker(threading.Thread):
    """Works on notices at one end until all are closed, whatever happens to the center meanwhile."""

    def __init__(self, tier, notices, seed):
        super().__init__(daemon=True)
        self.tier, self.notices, self.chance = tier, notices, random.Random(seed)
        self.done, self.doubtful, self.ended = collections.Counter(), 0, False
        self.start()

    def run(self):
        left = set(self.notices)
        while left and not self.ended:
            time.sleep(0.01)
            notice = self.chance.choice(sorted(left))
            sent = False
            try:
                found = whole(self.tier, notice)
                if not found:
                    continue
                if found["state"]["word"] == "closed":
                    left.discard(notice)
                    continue
                if self.chance.random() < 0.05:
                    sent = True
                    self.tier.ask(f"/api/v1/notices/{notice}/comments", {"text": f"{self.tier.name} says {self.chance.random()}"})
                    self.done[notice, "comment"] += 1
                if choices := answers_to(self.tier, notice):
                    action, sent = self.chance.choice(choices), True
                    act(self.tier, notice, action)
                    self.done[notice, action] += 1
            except urllib.error.HTTPError as error:
                if error.code not in (409, 503):
                    failures.append(f"{self.tier.name}: {error.code} {error.read()[:300]}")
                    return
            except (OSError, http.client.HTTPException, ValueError):
                self.doubtful += sent  # the center was killed: it may have been done


def check(told, workers):
    """What was answered 200 stands there once; what stands there and was not is one of the doubtful."""
    stands = collections.Counter()
    for notice, (_, found) in told.items():
        if len(set(found)) != len(found):
            failures.append(f"notice {notice} has an entry twice: {found}")
        stands.update((notice, center, action) for _, center, action, *_ in found)
    for worker in workers:
        for (notice, action), times in worker.done.items():
            if stands[notice, worker.tier.name, action] < times:
                failures.append(f"{worker.tier.name}: {action} of {notice} was done {times} times and stands {stands[notice, worker.tier.name, action]} times")
        more = sum(stands[notice, worker.tier.name, action] - worker.done[notice, action]
                   for notice, center, action in stands if center == worker.tier.name and action != "issue")
        if not 0 <= more <= worker.doubtful:
            failures.append(f"{worker.tier.name}: {more} entries more than were asked for, {worker.doubtful} are in doubt")


try:
    for upper, lower in zip(tiers, tiers[1:]):
        upper.start()
        lower.report_to(upper)
    enterprise.start()

    # Down, through both, and all the way back; the number is the nation's everywhere.
    first = issue(nation, "PLC-104 was stopped")
    wait_for("the notice is at the enterprise", lambda: whole(enterprise, first))
    for action in ("receive", "fix", "submit"):
        act(enterprise, first, action)
    wait_for("the answer is at the nation", lambda: whole(nation, first)["state"]["word"] == "submitted")
    act(nation, first, "review")
    act(nation, first, "close")
    told = agree([first])
    state, found = told[first]
    if state != "closed" or [each[2] for each in found] != ["issue", "receive", "fix", "submit", "review", "close"]:
        failures.append(f"the first notice: {told}")
    if {whole(tier, first)["number"] for tier in tiers} != {whole(nation, first)["number"]}:
        failures.append("the number is not the same at each tier")
    if whole(province, first)["actions"]:
        failures.append("the province may act on a notice that is neither its own nor for it")

    # A draft does not travel; what the province issues is known above.
    draft = nation.ask("/api/v1/notices", {"kind": "warning", "title": "draft", "organisation": "cn/js/works-7"})["id"]
    second = issue(province, "from the province")
    agree([second])
    if whole(province, draft) or whole(enterprise, draft):
        failures.append("a draft went down")

    # Cut in the middle: both ends go on alone, and one undoes what the other is at.
    third, fourth = issue(nation, "withdrawn meanwhile"), issue(nation, "worked on alone")
    agree([third, fourth])
    province.link.sever()
    for notice in (third, fourth):
        for action in ("receive", "fix", "submit"):
            act(enterprise, notice, action, "done while the link was cut")
    act(nation, third, "withdraw", "sent to the wrong works")
    fifth = issue(nation, "issued while the link was cut")
    time.sleep(1)
    if whole(enterprise, fifth) or whole(nation, fourth)["state"]["word"] != "issued":
        failures.append("something came through a link that is cut")
    enterprise.kill()
    enterprise.start()
    province.link.mend()
    told = agree([third, fourth, fifth])
    state, found = told[third]
    refused = [each for each in found if each[-1]]
    if (state, {each[2] for each in refused}) != ("withdrawn", {"receive", "fix", "submit"}) or "withdrawn" not in refused[0][-1]:
        failures.append(f"withdrawn against received: {told[third]}")
    if told[fourth][0] != "submitted" or told[fifth][0] != "issued":
        failures.append(f"after the cut: {told[fourth]}, {told[fifth]}")
    notes.append(f"cut: {len(refused)} steps kept as refused, as \"{refused[0][-1]}\"")

    # Killed at any moment while both ends work.
    many = [issue(nation, f"notice {number}") for number in range(args.notices)]
    workers = [Worker(nation, many, 1), Worker(enterprise, many, 2)]
    kills = collections.Counter()
    for _ in range(args.kills):
        time.sleep(chance.uniform(0.05, 0.7))
        if chance.random() < 0.2:
            link = chance.choice((province.link, nation.link))
            link.sever()
            time.sleep(chance.uniform(0, 0.5))
            link.mend()
            kills["cut"] += 1
            continue
        victim = chance.choice(tiers)
        victim.kill()
        kills[victim.name] += 1
        time.sleep(chance.uniform(0, 0.3))
        victim.start()
    wait_for("all are closed at both ends", lambda: failures or not any(worker.is_alive() for worker in workers), every=0.2)
    told = agree(many)
    check(told, workers)
    if {state for state, _ in told.values()} != {"closed"}:
        failures.append(f"not all closed: {collections.Counter(state for state, _ in told.values())}")
    refused = sum(bool(each[-1]) for _, found in told.values() for each in found)
    notes.append(f"kill -9 and cuts: {dict(kills)}; {len(many)} notices, {sum(len(found) for _, found in told.values())} entries, "
                 f"{refused} refused, {sum(worker.doubtful for worker in workers)} requests in doubt")

    for tier in tiers:
        tier.kill(signal.SIGTERM)
    at = {tier.name: letters(tier) for tier in tiers}
    if not at["cn"] == at["js"] == at["works-7"]:
        failures.append(f"the files differ: { {name: len(each) for name, each in at.items()} }")
    events = {tier.name: sum(row[4] == "notice" for row in tier.rows()) for tier in tiers}
    if events["works-7"] or any(times > 1 for tier in tiers for times in collections.Counter(
            row[:4] for row in tier.rows() if row[4] == "notice").values()):
        failures.append(f"entries as events: {events}")
    notes.append(f"entries at each tier: { {name: len(each) for name, each in at.items()} }; came up as events: {events}")
    print("\n".join(notes + failures))
    if failures or len(kills) < 3:
        sys.exit("FAILED")
    print("every entry is at every tier exactly once, and all agree")
finally:
    for tier in tiers:
        if tier.alive():
            tier.process.kill()
    if failures or sys.exc_info()[0]:
        for tier in tiers:
            print(f"--- {tier.name}: {tier.log.read_text()[-1500:]}")
    shutil.rmtree(data, ignore_errors=True)
