#!/usr/bin/env python3
"""Rows a CPU second of a center that takes batches over HTTPS into ClickHouse, the server's CPU and the center's together, against the
server's CPU for bare HTTP inserts of the same rows, as many at a time, into a table like the center's. Both until the server's merges rest.
With --replicas the CPU of all replicas and of their keeper is counted; the bare table is without.

usage: clickhouse_ingest.py BIN_FOLDER [--rows 200000] [--repeats 3] [--replicas 1]
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(root / "tests" / "pipeline"), str(root / "tests" / "store")]
import clickhouse  # noqa: E402
from kit import Center  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--rows", type=int, default=200_000)
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--replicas", type=int, default=1)
args = parser.parse_args()
batch = 2_000


def line(seq):
    """One alert in ten events, 200 hosts, 40 rules; all within an hour."""
    alert = seq % 10 == 0
    event = {"timestamp": f"2026-03-02T12:{seq // 60 % 60:02}:{seq % 60:02}.{seq % 1000000:06}+0000", "event_type": "alert" if alert else "modbus",
             "src_ip": f"10.0.{seq * 7 % 200}.7", "src_port": 50000 + seq % 1000, "dest_ip": f"10.0.{seq * 13 % 200}.4", "dest_port": 502, "proto": "TCP",
             "app_proto": "modbus", "flow_id": seq * 2654435761 % (1 << 48),
             "ot": {"verb": "write" if alert else "read", "object": str(40001 + seq % 50), "value": seq % 1000, "unit": 1, "result": "ok"},
             "origin": {"sensor": "bench", "epoch": "00000000000000aa", "lane": "bulk", "seq": seq}}
    if alert:
        event["alert"] = {"gid": 1, "signature_id": 9100000 + seq % 40, "rev": 1, "signature": f"Rule {seq % 40}", "severity": 1 + seq % 4}
    return json.dumps(event, separators=(",", ":"))


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rest(server):
    """Until nothing is merged any more."""
    quiet = 0
    while quiet < 4:
        quiet = quiet + 1 if server.ask("SELECT count() FROM system.merges").strip() == "0" else 0
        time.sleep(0.5)


def through_the_center(cluster, folder, bodies):
    subprocess.run([args.bin / "langyan-center", "init", "--data", folder], check=True, capture_output=True)
    center = Center(args.bin, folder, settings=(
        "listen.tls=on", "store.engine=clickhouse", f"clickhouse.nodes=[{', '.join(each.url for each in cluster.servers)}]",
        f"clickhouse.replicas={args.replicas}"))
    center.start()
    token = center.token("bench").read_text().strip()
    servers = [each.process.pid for each in (*cluster.servers, *([cluster.keeper] if cluster.keeper else []))]
    server_before, center_before, begun = sum(map(cpu, servers)), cpu(center.process.pid), time.monotonic()
    connection = http.client.HTTPSConnection("127.0.0.1", center.port, context=ssl._create_unverified_context())
    for number, body in enumerate(bodies):
        connection.request("POST", "/api/v1/ingest", body, {
            "Authorization": "Bearer " + token, "Content-Type": "application/x-ndjson", "Langyan-Source": "bench", "Langyan-Epoch": "00000000000000aa",
            "Langyan-Lane": "bulk", "Langyan-First": str(number * batch + 1), "Langyan-Count": str(batch)})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            sys.exit(f"answered {answer.status}: {said[:500]}")
    took = time.monotonic() - begun
    for each in cluster.servers:
        rest(each)
    spent = sum(map(cpu, servers)) - server_before, cpu(center.process.pid) - center_before, took
    center.kill(15)
    return spent


def bare(server):
    """The same rows, out of the center's table and into one like it."""
    server.ask("CREATE DATABASE IF NOT EXISTS bare")
    server.ask("CREATE TABLE bare.events AS langyan.events_local ENGINE = MergeTree PARTITION BY day ORDER BY (time, n)")
    bodies = []
    for first in range(1, args.rows + 1, batch):
        connection = http.client.HTTPConnection("127.0.0.1", server.http)
        connection.request("POST", "/", f"SELECT * FROM langyan.events_local WHERE last >= {first} AND last < {first + batch} AND source = 'bench' FORMAT RowBinary")
        bodies.append(connection.getresponse().read())
    rest(server)
    before = cpu(server.process.pid)
    connection = http.client.HTTPConnection("127.0.0.1", server.http)
    for body in bodies:
        connection.request("POST", "/?query=INSERT%20INTO%20bare.events%20FORMAT%20RowBinary", body)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            sys.exit(f"bare: {answer.status}: {said[:500]}")
    rest(server)
    spent = cpu(server.process.pid) - before
    if int(server.ask("SELECT count() FROM bare.events")) != int(server.ask("SELECT count() FROM langyan.events_local WHERE source = 'bench'")):
        sys.exit("the two tables differ")
    return spent


lines = [line(seq) for seq in range(1, args.rows + 1)]
bodies = [("\n".join(lines[at:at + batch]) + "\n").encode() for at in range(0, args.rows, batch)]
best = 0.0
print(f"{args.rows} events, one alert in ten, {batch} a batch; rows a CPU second")
for turn in range(args.repeats):
    data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clickhouse-ingest-"))
    cluster = clickhouse.Cluster(1, args.replicas)
    with cluster as servers:
        server, center, took = through_the_center(cluster, data / "center", bodies)
        floor = bare(servers[0])
    shutil.rmtree(data, ignore_errors=True)
    ratio = floor / (server + center)
    best = max(best, ratio)
    print(f"bare inserts {args.rows / floor:,.0f}; through the center {args.rows / (server + center):,.0f}: {ratio:.2f} of it (servers {server:.2f} s, center {center:.2f} s, bare {floor:.2f} s); {args.rows / took:,.0f} a second, one batch after another", flush=True)
print(f"best {best:.2f}")
