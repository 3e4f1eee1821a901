#!/usr/bin/env python3
"""A center over two replicas of a shard of ClickHouse with a ZooKeeper: what it acknowledged is on both, once, whoever is killed with -9 or
away; questions are answered meanwhile; a store without replicas stays as it is until it is turned into one by what docs/clickhouse.md says.

usage: clickhouse_replicas_test.py BIN_FOLDER
"""
import argparse
import collections
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import clickhouse

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(root / "tests" / "pipeline"))
from kit import Center, wait_for  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
if not clickhouse.installed() or not clickhouse.keeper_installed():
    sys.exit("FAILED: clickhouse-server or ZooKeeper is not installed; ./install.sh test")
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clickhouse-replicas-"))
batch = 50
away, whole = "replicas of a shard are away", "are back and equal"


def settings(nodes, replicas, *more):
    return ("store.engine=clickhouse", f"clickhouse.nodes=[{', '.join(each.url for each in nodes)}]", f"clickhouse.replicas={replicas}",
            f"clickhouse.cluster={clickhouse.cluster}", *more)


def refused(nodes, replicas, *more):
    """What a center says that does not start."""
    sets = [word for each in settings(nodes, replicas, *more) for word in ("--set", each)]
    done = subprocess.run([args.bin / "langyan-center", "--data", data / "refused", "--listen", "127.0.0.1:0", *sets], capture_output=True,
                          text=True, timeout=120)
    if done.returncode == 0:
        sys.exit(f"FAILED: a center starts with {sets}")
    return done.stdout + done.stderr


def expect(what, said, *parts):
    for part in parts:
        if part not in said:
            sys.exit(f"FAILED: {what}: \"{part}\" is not in: {said[-1500:]}")


class Source:
    """Delivers batches, each until it is acknowledged; `acked` is the last position that was."""

    def __init__(self, center):
        self.center, self.acked, self.answers, self.stop = center, 0, collections.Counter(), threading.Event()
        self.token = center.token("tested").read_text().strip()
        self.reader = subprocess.run([args.bin / "langyan", "token", "add", "--data", center.data, "--role", "viewer"], check=True,
                                     capture_output=True, text=True).stdout.strip()

    def request(self, method, target, token, body=None, timeout=60, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.center.port, timeout=timeout)
        try:
            connection.request(method, target, body, {"Authorization": "Bearer " + token, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def deliver(self):
        first = self.acked + 1
        lines = [json.dumps({"timestamp": f"2026-03-02T12:00:{seq % 60:02}.000000+0000", "event_type": "modbus", "origin": {
            "sensor": "tested", "epoch": "00000000000000aa", "lane": "bulk", "seq": seq}}) for seq in range(first, first + batch)]
        status, said = self.request("POST", "/api/v1/ingest", self.token, "\n".join(lines) + "\n", **{
            "Content-Type": "application/x-ndjson", "Langyan-Source": "tested", "Langyan-Epoch": "00000000000000aa",
            "Langyan-Lane": "bulk", "Langyan-First": str(first), "Langyan-Count": str(batch)})
        self.answers[status] += 1
        if status == 200:
            self.acked = json.loads(said)["acked"]
        return status, said

    def until_taken(self):
        wait_for("a batch is taken", 90, lambda: self.deliver()[0] == 200, every=0.2)

    def rows(self, server):
        return int(server.ask("SELECT count() FROM langyan.events_local"))

    def metric(self, name):
        address = re.findall(r"metrics for Prometheus at (\S+)", self.center.log.read_text())[-1]
        with urllib.request.urlopen(address, timeout=60) as answer:
            said = answer.read().decode()
        found = re.search(rf"^langyan_store_{name} (\d+)$", said, re.M)
        if not found:
            sys.exit(f"FAILED: /metrics has no langyan_store_{name}: {said[:300]}")
        return int(found[1])

    def said(self, what):
        return self.center.log.read_text().count(what)

    def until_whole(self, before):
        """The shard, which was said to have all replicas again `before` times, has them once more."""
        wait_for("all replicas are in use", 90, lambda: self.deliver() and self.said(whole) > before, every=0.3)

    def __enter__(self):  # delivers beside what the test does
        self.stop.clear()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def run(self):
        while not self.stop.is_set():
            if self.deliver()[0] != 200:
                time.sleep(0.1)

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(90)

    def counted(self):
        """Events of this source by a question to the center; all shards must be in the answer."""
        status, said = self.request("GET", "/api/v1/counts?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&bucket=1h", self.reader)
        if status != 200:
            sys.exit(f"FAILED: a question was answered with {status}: {said[:800]}")
        answer = json.loads(said)
        if not answer["complete"]:
            sys.exit(f"FAILED: an answer is not complete: {said[:300]}")
        return sum(series["total"] for series in answer["series"])

    def reads(self):
        """Answers have at least what was acknowledged before them."""
        acked = self.acked
        if (counted := self.counted()) < acked:
            sys.exit(f"FAILED: {acked} events were acknowledged, and {counted} are found")


def voids(server):
    """First and last number of rows that were taken back."""
    return re.findall(r"n >= (\d+)\) AND \(n <= (\d+)", server.ask("SELECT command FROM system.mutations"))


def each_once(servers, source):
    """Both replicas have each acknowledged position once, and no replica another row than the other, as soon as what was taken back is
    deleted. ClickHouse 18.16 may call a mutation unfinished for ever whose part was merged away, so its rows are looked for."""
    def same():
        rows = [server.ask("SELECT count(), sum(cityHash64(n, last, json)) FROM langyan.events_local") for server in servers]
        return len(set(rows)) == 1
    for first, last in voids(servers[0]):
        wait_for("what was taken back is deleted", 60, lambda where=f"n >= {first} AND n <= {last}": not any(
            int(server.ask(f"SELECT count() FROM langyan.events_local WHERE {where}")) for server in servers), every=0.2)
    wait_for("the replicas are equal", 60, same, every=0.2)
    for server in servers:
        positions = server.ask("SELECT last, count() FROM langyan.events_local WHERE source = 'tested' GROUP BY last ORDER BY last").split()
        positions = [int(each) for each in positions]
        wanted = [number for seq in range(1, source.acked + 1) for number in (seq, 1)]
        if positions[:len(wanted)] != wanted or any(times != 1 for times in positions[1::2]):
            sys.exit(f"FAILED: {server.url}: {source.acked} positions were acknowledged; stored are {len(positions) // 2}, "
                     f"{sum(times > 1 for times in positions[1::2])} more than once")


def dead_for_the_keeper(servers, alive):
    wait_for("the keeper gives the replica up", 60, lambda: servers[alive].ask(
        "SELECT min(active_replicas) FROM system.replicas WHERE database = 'langyan'").strip() == "1", every=0.2)


def say(text):
    print(f"{time.monotonic() - begun:5.1f} s: {text}", flush=True)


begun = time.monotonic()
with clickhouse.Cluster(1) as servers:
    expect("nodes without a keeper", refused(servers * 2, 2), "names no keeper")
cluster = clickhouse.Cluster(1, replicas=2, session=3_000)
with cluster as servers:
    first, second = servers
    expect("a node twice", refused([first, first], 2), 'both have "r0" as macro "replica"')
    expect("three nodes of two", refused([first, second, first], 2), "3 nodes, which are no shards of 2 replicas")
    expect("a shard twice", refused([first, second, second, first], 2), "lists them as of two shards", '"s0" and "s0"')
    if "langyan" in first.ask("SHOW DATABASES").split():
        sys.exit("FAILED: a center that does not start made a database")
    say("what cannot be is refused")

    # Without replicas first: it stays so, until the operator does what the document says.
    plain = Center(args.bin, data / "center", settings=settings([first], 1))
    plain.start()
    source = Source(plain)
    for _ in range(3):
        source.until_taken()
    plain.kill(15)
    expect("a store without replicas", refused(servers, 2), "keeps its events in a table without replicas, which stays as it is")
    written = re.search(r"<!-- replicate -->\s*```sql\n(.*?)```", (root / "docs" / "clickhouse.md").read_text(), re.S).group(1)
    days = first.ask("SELECT DISTINCT partition FROM system.parts WHERE active AND database = 'langyan' AND table = 'events_local'").split()
    for statement in filter(None, (each.strip() for each in written.split(";"))):
        for day in days if "DAY" in statement else [""]:
            first.ask(statement.replace("DAY", day))
    center = Center(args.bin, data / "center", settings=settings(servers, 2, "listen.metrics=127.0.0.1:0"))
    source.center = center
    center.start()
    source.reads()
    source.until_taken()
    each_once(servers, source)
    say(f"replicated: {source.acked} events")

    for victim in (1, 0):
        with source:
            wait_for("events are taken", 60, lambda before=source.acked: source.acked > before + 3 * batch)
            servers[victim].kill()
            for _ in range(10):
                source.reads()
                time.sleep(0.1)
            wait_for("the other replica takes events in", 120, lambda before=source.acked: source.acked > before + 3 * batch)
            source.reads()
            if source.metric("shards_reduced") != 1:
                sys.exit("FAILED: /metrics does not tell that a shard goes on with one replica")
            before = source.said(whole)
            servers[victim].start()
            wait_for("all replicas are in use", 90, lambda: source.said(whole) > before)
            wait_for("events are taken again", 90, lambda before=source.acked: source.acked > before + 3 * batch)
        each_once(servers, source)
        say(f"replica {victim} killed under load and back: {source.acked} events, each once on both")
    for first_n, last_n in voids(first):
        wait_for("the center knows what is deleted", 60, lambda what=f"events {first_n} to {last_n}, which were": source.deliver()
                 and source.said(what) == 1, every=0.5)
    if source.said(away) != 2:
        sys.exit(f"FAILED: two failovers are not said once each: {center.log.read_text()[-2000:]}")
    told = [source.metric(name) for name in ("failovers_total", "shards_reduced")]
    if told != [2, 0]:
        sys.exit(f"FAILED: after two failovers that are over /metrics says {told}")

    # A batch that one replica has and the other never got: it was not acknowledged, and comes again.
    second.ask("SYSTEM STOP FETCHES langyan.events_local")
    lost = threading.Thread(target=source.deliver)
    lost.start()
    wait_for("the batch is on one replica", 60, lambda: source.rows(first) > source.rows(second))
    second.kill()
    lost.join()
    source.until_taken()
    source.reads()
    if source.counted() != source.acked:
        sys.exit(f"FAILED: {source.acked} events were acknowledged, and {source.counted()} are found")
    center.kill()  # what is to go is known to one that starts
    center.start()
    source.until_taken()
    if source.counted() != source.acked:
        sys.exit(f"FAILED: after a start {source.acked} events were acknowledged, and {source.counted()} are found")
    before = source.said(whole)
    second.start()
    source.until_whole(before)
    each_once(servers, source)
    say("a batch on one replica alone is taken back and kept once when it comes again")

    with source:
        wait_for("events are taken", 60, lambda before=source.acked: source.acked > before + 3 * batch)
        servers[1].kill()
        center.kill()
        center.start()
        source.reads()
        servers[1].start()
        wait_for("events are taken again", 90, lambda before=source.acked: source.acked > before + 3 * batch)
    each_once(servers, source)
    say("a replica and the center killed under load: each once on both")

    cluster.keeper.kill()
    said = wait_for("a batch is refused", 60, lambda: (answer := source.deliver())[0] == 503 and answer[1], every=0.5)
    expect("no keeper", said, "there is no connection to the keeper")
    source.reads()
    center.kill()
    center.start()
    source.reads()
    status, said = source.deliver()
    expect("no keeper at the start", f"{status} {said}", "503", "keeper")
    cluster.keeper.start()
    source.until_taken()
    each_once(servers, source)
    say("without the keeper batches wait and questions are answered, also by a center that starts")
    center.kill(15)
    if strange := set(source.answers) - {0, 200, 503}:  # 0: the center was killed
        sys.exit(f"FAILED: batches were answered with {strange}")
print(f"{source.acked} events acknowledged, each once on both replicas; answers: {dict(source.answers)}")
shutil.rmtree(data)
